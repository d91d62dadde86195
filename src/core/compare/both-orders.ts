/**
 * A judge that is asked in both orders, read from the logits of its marks.
 *
 *   P(first is better) = ( P_1(A) + P_2(B) ) / 2        order 1 shows the first text as A, order 2 the second text as A
 *   position bias      = ( P_1(A) + P_2(A) ) / 2 - 1/2  what the place A gains, whatever stands there
 *   score              = Σ_k k p(k),  k = 1..5
 *
 * The mean over both orders takes the position bias out, which is the aim of PINE (Wang et al., arXiv:2407.01100). The
 * probabilities are over the marks alone: what else the judge might have said does not count. Over several votes both
 * orders are averaged each by itself.
 */
import { logSoftmax } from "../logprobs.ts";
import { mean } from "../stats.ts";

/** Logits of the marks A and B. */
export type MarkLogits = readonly [a: number, b: number];

export interface OrderedJudgement {
  /** P(first is better), from 0 to 1. */
  readonly preferFirst: number;
  /** From -1/2 (always B) to 1/2 (always A); 0 is fair. */
  readonly bias: number;
}

/** One question in both orders. */
export interface Vote extends OrderedJudgement {
  /** P(A) over both letters: with the first text as A, and with the second as A. */
  readonly sharesOfA: readonly [straight: number, swapped: number];
  /** Probability that the reply begins with A or B, the lower of both orders. */
  readonly onMarks: number;
}

export function judgeBothOrders(straight: MarkLogits, swapped: MarkLogits): OrderedJudgement {
  return judgementOf(shareOfA(straight), shareOfA(swapped));
}

/** @param onMarks probability of both letters together, in each order */
export function voteOf(straight: MarkLogits, swapped: MarkLogits, onMarks: readonly [number, number]): Vote {
  const sharesOfA = [shareOfA(straight), shareOfA(swapped)] as const;
  return { ...judgementOf(...sharesOfA), sharesOfA, onMarks: Math.min(...onMarks) };
}

/** @param votes at least one */
export function meanOfVotes(votes: readonly Vote[]): Vote {
  const sharesOfA = [
    mean(votes.map((vote) => vote.sharesOfA[0])),
    mean(votes.map((vote) => vote.sharesOfA[1])),
  ] as const;
  return { ...judgementOf(...sharesOfA), sharesOfA, onMarks: Math.min(...votes.map(({ onMarks }) => onMarks)) };
}

function judgementOf(one: number, two: number): OrderedJudgement {
  return { preferFirst: (one + 1 - two) / 2, bias: (one + two) / 2 - 0.5 };
}

/** Probabilities over the marks alone. @param logits one a mark */
export function sharesOf(logits: readonly number[]): number[] {
  return Array.from(logSoftmax(logits), Math.exp);
}

/** Mean of a score over its distribution, from 1 to the number of marks. @param logits of the marks "1", "2" and so on */
export function expectedScore(logits: readonly number[]): number {
  return sharesOf(logits).reduce((sum, p, k) => sum + p * (k + 1), 0);
}

/** P(A) over the two marks alone. */
export function shareOfA([a, b]: MarkLogits): number {
  return 1 / (1 + Math.exp(b - a));
}
