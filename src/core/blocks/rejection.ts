/**
 * Giving up on texts before they are finished.
 *
 *   keep        round( (1 - α) n ), halves to the even number      Speculative Rejection (Sun et al., arXiv:2410.20290)
 *   CARDS       r_0 = (1 - a) r(prompt) + a r*,   τ = min( r_0 + t (r* - r_0) / T, r* )
 *               P(accept a segment) = min( 1, exp( (r - τ) / β ) )
 *
 * CARDS: Li et al., arXiv:2406.16306. Both rules are those of the public code, which rounds as Python does.
 */

import type { EarlyRejection } from "./spec.ts";

/** Texts that go on. @param share α that is dropped, from 0 to 1 */
export function keptCount(texts: number, share: number): number {
  return roundHalfToEven((1 - share) * texts);
}

/** The samples that go on: those of the highest scores, the first of equal ones, at least one. In their order. */
export function keptSamples(scores: readonly (number | null)[], share: number): number[] {
  const order = [...scores.keys()].sort((a, b) => (scores[b] ?? -Infinity) - (scores[a] ?? -Infinity) || a - b);
  return order.slice(0, Math.max(1, keptCount(scores.length, share))).sort((a, b) => a - b);
}

/** The length at which texts are ranked. */
export function rejectionToken({ at }: Pick<EarlyRejection, "at">, maxTokens: number): number {
  return at ?? Math.max(1, Math.floor(maxTokens / 2));
}

function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The reward that a segment must reach. Rewards in one unit. */
export interface CardsSchedule {
  readonly promptReward: number;
  /** r*, the reward aimed at. */
  readonly aim: number;
  /** a: where between the two the schedule starts, from 0 to 1. */
  readonly start: number;
  /** T, tokens. */
  readonly maxTokens: number;
}

export function cardsStart({ promptReward, aim, start }: CardsSchedule): number {
  return (1 - start) * promptReward + start * aim;
}

/** τ after `generated` tokens. */
export function cardsThreshold(schedule: CardsSchedule, generated: number): number {
  const first = cardsStart(schedule);
  const { aim, maxTokens } = schedule;
  return Math.min(first + (generated * (aim - first)) / maxTokens, aim);
}

/** @param beta units of reward, > 0 */
export function acceptanceProbability(reward: number, threshold: number, beta: number): number {
  return Math.min(1, Math.exp((reward - threshold) / beta));
}
