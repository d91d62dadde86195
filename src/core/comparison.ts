/**
 * A model as judge between two texts, asked twice with the texts in both orders.
 *
 *   first asked (x, y), then (y, x):   A B -> x,   B A -> y,   A A or B B -> position bias,   else a tie or unparsable
 *
 * Judging by both orders after Zheng et al., "Judging LLM-as-a-judge", arXiv:2306.05685. Evaluations that toss a coin for
 * the order hide the bias, and some count replies that they cannot read as ties; both are reported apart here. The letters
 * are read from the probabilities of the first token, so nothing is parsed: `compare/both-orders.ts` averages them.
 */
import { mean } from "./stats.ts";
import type { OrderedJudgement } from "./compare/both-orders.ts";

/** The likelier mark; "tie" where both are about equally likely, "unparsable" where the judge hardly considers either. */
export type ComparisonReply = "A" | "B" | "tie" | "unparsable";

export type Verdict =
  | { readonly type: "prefers"; readonly winner: "first" | "second" }
  | { readonly type: "tie" }
  /** The judge named the same place both times, whatever stood there. */
  | { readonly type: "position-bias"; readonly favours: "A" | "B" }
  /** In at least one order, the judge hardly considered A or B. */
  | { readonly type: "unparsable" };

/** The marks of the scores, worst first. */
export const SCORE_MARKS = ["1", "2", "3", "4", "5"] as const;
/** Under this share of the probability on the marks, a judge says something else, and its letters mean nothing. */
const LEAST_ON_MARKS = 0.05;
/** Closer to one half than this, neither letter is the likelier one. */
const EVEN_WITHIN = 0.01;

export interface JudgeReading extends OrderedJudgement {
  /** Probability that the reply begins with A or B, the lower of both orders. */
  readonly onMarks: number;
  /** Mean score of each text, read by itself, from 1 to 5. */
  readonly scores: readonly [number, number];
}

export interface ComparisonQuestion {
  /** Id of a model that sources can ask. */
  readonly model: string;
  /** What counts, in the person's words. */
  readonly rubric: string;
  /** What both texts were to do. */
  readonly task: string;
  readonly first: string;
  readonly second: string;
}

export interface ComparisonAnswer {
  readonly verdict: Verdict;
  /** The likelier mark: with the first text as A, and with the second as A. */
  readonly replies: readonly [string, string];
  /** The probabilities behind them; absent where they could not be read. */
  readonly reading?: JudgeReading;
  /** Batched forwards. */
  readonly forwards: number;
}

/** The question that is put to the judge; it has no memory of the other order. */
export function comparisonPrompt(rubric: string, task: string, a: string, b: string): string {
  return [
    `Compare two texts by this rubric: ${rubric}`,
    `The task was: ${task}`,
    `Text A:\n${a}`,
    `Text B:\n${b}`,
    "Which text is better by the rubric? Reply with the letter A or B alone.",
  ].join("\n\n");
}

/** One text by itself. */
export function ratingPrompt(rubric: string, task: string, text: string): string {
  return [
    `Rate a text by this rubric: ${rubric}`,
    `The task was: ${task}`,
    `Text:\n${text}`,
    "How good is the text by the rubric? Reply with one number from 1 (very bad) to 5 (very good).",
  ].join("\n\n");
}

/** @param onMarks probability of A and B together @param shareOfA of A within it */
export function replyOf(shareOfA: number, onMarks: number): ComparisonReply {
  if (onMarks < LEAST_ON_MARKS) return "unparsable";
  if (Math.abs(shareOfA - 0.5) < EVEN_WITHIN) return "tie";
  return shareOfA > 0.5 ? "A" : "B";
}

/** Mean of the position bias over all comparisons that could be read, from -1/2 to 1/2; null without one. */
export function meanBias(answers: readonly Pick<ComparisonAnswer, "reading">[]): number | null {
  const known = answers.flatMap(({ reading }) => reading?.bias ?? []);
  return known.length === 0 ? null : mean(known);
}

/** @param swapped the answer when the second text stood first */
export function verdictOf(straight: ComparisonReply, swapped: ComparisonReply): Verdict {
  if (straight === "unparsable" || swapped === "unparsable") return { type: "unparsable" };
  if (straight === "tie" || swapped === "tie") return { type: "tie" };
  if (straight === swapped) return { type: "position-bias", favours: straight };
  return { type: "prefers", winner: straight === "A" ? "first" : "second" };
}

export interface Tally {
  readonly first: number;
  readonly second: number;
  readonly ties: number;
  readonly biasA: number;
  readonly biasB: number;
  readonly unparsable: number;
}

/** Each comparison counts once, in one column. */
export function tally(verdicts: readonly Verdict[]): Tally {
  const count = (is: (verdict: Verdict) => boolean): number => verdicts.filter(is).length;
  return {
    first: count((each) => each.type === "prefers" && each.winner === "first"),
    second: count((each) => each.type === "prefers" && each.winner === "second"),
    ties: count((each) => each.type === "tie"),
    biasA: count((each) => each.type === "position-bias" && each.favours === "A"),
    biasB: count((each) => each.type === "position-bias" && each.favours === "B"),
    unparsable: count((each) => each.type === "unparsable"),
  };
}
