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
import type { Vote } from "./compare/both-orders.ts";

/** The likelier mark; "tie" where both are about equally likely, "unparsable" where the judge hardly considers either. */
export type ComparisonReply = "A" | "B" | "tie" | "unparsable";

export type Verdict =
  | { readonly type: "prefers"; readonly winner: "first" | "second" }
  | { readonly type: "tie" }
  /** The judge named the same place both times, whatever stood there. */
  | { readonly type: "position-bias"; readonly favours: "A" | "B" }
  /** In at least one order, the judge hardly considered A or B. */
  | { readonly type: "unparsable" };

/** Under this share of the probability on the marks, a judge says something else, and its letters mean nothing. */
const LEAST_ON_MARKS = 0.05;
/** Closer to one half than this, neither letter is the likelier one. */
const EVEN_WITHIN = 0.01;

/** The mean over all votes, and the scores. */
export interface JudgeReading extends Vote {
  /** Mean score of each text, read by itself, from 1 to 5. */
  readonly scores: readonly [number, number];
  /** Probabilities of the scores 1 to 5 behind it, for each text. */
  readonly scoreShares: readonly [readonly number[], readonly number[]];
}

/** One question of the person's own, of both texts. */
export interface CheckReading {
  readonly question: string;
  /** P(yes) over yes and no: of the first text, and of the second. */
  readonly yes: readonly [number, number];
  /** Probability that the reply is yes or no, the lower of both texts. */
  readonly onMarks: number;
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
  /** How many wordings of the question are asked, from 1 to `MAX_VOTES`; 1 where it is absent. */
  readonly votes?: number;
  /** At most `MAX_CHECKS` questions that yes or no answers. */
  readonly checks?: readonly string[];
}

export interface ComparisonAnswer {
  readonly verdict: Verdict;
  /** The likelier mark: with the first text as A, and with the second as A. */
  readonly replies: readonly [string, string];
  /** The probabilities behind them; absent where they could not be read. */
  readonly reading?: JudgeReading;
  /** Each wording by itself, in order; with the reading. */
  readonly votes?: readonly Vote[];
  /** Where there were questions, and the tokenizer has a yes and a no. */
  readonly checks?: readonly CheckReading[];
  /** Batched forwards. */
  readonly forwards: number;
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
