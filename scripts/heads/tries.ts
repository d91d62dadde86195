/** Answers of lanes under heads: what was asked, what came, and the means that heads are judged by. */
import { fallsApart, type Passage } from "../../src/core/coherence.ts";
import { bestOfNKlBound } from "../../src/core/kl.ts";
import { mean, meanInterval } from "../../src/core/stats.ts";
import type { Metric } from "../../src/core/heads/head-card.ts";
import type { WrittenAnswer } from "./answers.ts";

/** What a lane does. `weight` is w/beta: of a head in its own unit, of a contrast in nats of its log-ratio. */
export type TriedLane =
  | { readonly name: string; readonly by: "plain" }
  | { readonly name: string; readonly by: "head" | "contrast"; readonly head: string; readonly weight: number }
  /** A value head, which k candidates are asked of. */
  | { readonly name: string; readonly by: "vas"; readonly head: string; readonly weight: number; readonly k: number }
  /** Plain samples, among which each head's contrast picks for itself. */
  | { readonly name: string; readonly by: "best-of-n"; readonly n: number };

export interface TriedAnswer extends WrittenAnswer {
  readonly promptId: string;
  /**
   * By the ids of heads: mean over the tokens of log pi(token | better) - log pi(token | worse), nats; of one that learned
   * from a scorer, standard deviations of that scorer.
   */
  readonly scores: Readonly<Record<string, number>>;
  /** A word; null for a text without words. */
  readonly syllables: number | null;
}

/** The file that `scripts/heads/try-heads.ts` writes. */
export interface Tries {
  readonly version: 1;
  readonly seed: number;
  readonly maxTokens: number;
  readonly prompts: readonly { readonly id: string; readonly prompt: string }[];
  readonly lanes: readonly TriedLane[];
  readonly answers: readonly TriedAnswer[];
}

export interface LaneFigures {
  readonly n: number;
  /** By the contrast that the head learned from. */
  readonly score: Metric;
  /** Score less plain's on the same prompts. */
  readonly gain: Metric;
  /** Of best-of-N the upper bound. */
  readonly klSteer: Metric;
  readonly syllables: number;
  /** Under the base, of all tokens together. */
  readonly perplexity: number;
  /** As a multiple of plain's. */
  readonly perplexityRatio: number;
  readonly distinct2: number;
  /** Rows of the policy's forwards for each token that is shown. */
  readonly forwards: number;
  /** Texts that fell apart beside plain's (`core/coherence.ts`). */
  readonly broken: number;
}

/** @param head whose contrast scores the texts */
export function figuresOf(
  { lanes, answers }: Pick<Tries, "lanes" | "answers">,
  name: string,
  head: string,
): LaneFigures {
  const lane = lanes.find((each) => each.name === name);
  const all = answers.filter((answer) => answer.lane === name);
  if (lane === undefined || all.length === 0) throw new Error(`no answer of the lane ${name}`);
  const shown = lane.by === "best-of-n" ? chosen(all, head) : all;
  const plain = shown.map(({ promptId }) => {
    const found = answers.find((answer) => answer.lane === "plain" && answer.promptId === promptId);
    if (found === undefined) throw new Error(`prompt ${promptId} has no plain answer`);
    return found;
  });
  const score = (answer: TriedAnswer): number => scoreOf(answer, head);
  const costs =
    lane.by === "best-of-n" ? shown.map(() => bestOfNKlBound(lane.n)) : shown.flatMap(({ klSteer }) => klSteer ?? []);
  const perplexity = pooled(shown);
  return {
    n: shown.length,
    score: metric(shown.map(score)),
    gain: metric(shown.map((answer, i) => score(answer) - score(plain[i]!))),
    klSteer: metric(costs),
    syllables: mean(shown.flatMap(({ syllables }) => syllables ?? [])),
    perplexity,
    perplexityRatio: perplexity / pooled(plain),
    distinct2: mean(shown.map(({ distinct2 }) => distinct2)),
    forwards: forwardsOf(lane, all) / sum(shown.map(({ tokens }) => tokens.length)),
    broken: shown.filter((answer, i) => fallsApart(passage(answer), passage(plain[i]!))).length,
  };
}

/** Whether a lane has the head, of tokens or of values, and not what it learned from. */
export function isSteeredBy(lane: TriedLane, head: string): lane is TriedLane & { by: "head" | "vas" } {
  return (lane.by === "head" || lane.by === "vas") && lane.head === head;
}

/** @throws Error for a weight that was not tried */
export function laneOfHead({ lanes }: Pick<Tries, "lanes">, head: string, weight: number): string {
  const lane = lanes.find((each) => isSteeredBy(each, head) && each.weight === weight);
  if (lane !== undefined) return lane.name;
  throw new Error(`${head} at ${weight} was not tried; try-heads takes --weights`);
}

/**
 * A slider ends before texts are so much less likely under the base than plain ones, or more than this share falls apart: of
 * twenty texts three, because one or two fall apart at any weight, and under the contrasts themselves.
 */
const END = { perplexityRatio: 1.5, broken: 0.15 } as const;

/**
 * The largest weight whose texts, and those of all smaller weights, still hold.
 * @throws Error where not even the smallest does
 */
export function sliderEndOf(tries: Pick<Tries, "lanes" | "answers">, head: string): number {
  const weights = tries.lanes.flatMap((lane) => (isSteeredBy(lane, head) ? [lane.weight] : []));
  const rising = weights.toSorted((a, b) => a - b);
  const bad = rising.findIndex((weight) => {
    const { perplexityRatio, broken, n } = figuresOf(tries, laneOfHead(tries, head, weight), head);
    return perplexityRatio > END.perplexityRatio || broken > Math.max(1, END.broken * n);
  });
  const end = rising.at(bad < 0 ? -1 : bad - 1);
  if (end === undefined || bad === 0) throw new Error(`${head} has no weight whose texts hold`);
  return end;
}

/**
 * One row of one forward a token, the first from the prompt's. A contrast asks three times, VAS reads its k candidates too,
 * and best-of-N reads each sample under both instructions at the end.
 */
function forwardsOf(lane: TriedLane, all: readonly TriedAnswer[]): number {
  const tokens = sum(all.map((answer) => answer.tokens.length));
  if (lane.by === "contrast") return 3 * tokens;
  if (lane.by === "vas") return (lane.k + 1) * tokens;
  return lane.by === "best-of-n" ? tokens + 2 * all.length : tokens;
}

/** The best sample of each prompt; the first of equal ones. */
function chosen(all: readonly TriedAnswer[], head: string): readonly TriedAnswer[] {
  return [...new Set(all.map(({ promptId }) => promptId))].map((id) =>
    all
      .filter(({ promptId }) => promptId === id)
      .reduce((best, answer) => (scoreOf(answer, head) > scoreOf(best, head) ? answer : best)),
  );
}

function scoreOf({ scores, lane, promptId }: TriedAnswer, head: string): number {
  const found = scores[head];
  if (found === undefined) throw new Error(`the answer of ${lane} to prompt ${promptId} has no score of ${head}`);
  return found;
}

function pooled(answers: readonly TriedAnswer[]): number {
  const tokens = sum(answers.map((answer) => answer.tokens.length));
  return Math.exp(sum(answers.map((answer) => answer.tokens.length * Math.log(answer.basePerplexity))) / tokens);
}

function passage({ tokens, basePerplexity }: TriedAnswer): Passage {
  return { tokens, baseLogprobSum: -tokens.length * Math.log(basePerplexity) };
}

function metric(values: readonly number[]): Metric {
  const found = meanInterval(values);
  return { value: found.mean, n: values.length, ci95: found.ci95 };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
