/**
 * How well a head follows the rewards that it learned from, and how far it pushes.
 *
 *   explained = 1 - sum of weight(v) e(v)² / sum of weight(v) y(v)²          both sides centred, over all states and tokens
 *   spread(s) = sqrt( sum_v p(v) (r(v) - sum_u p(u) r(u))² );   unit = mean of spread(s)
 *
 * 1 is a perfect head, 0 is no better than no head, and below 0 it misleads. The interval resamples prompts with
 * replacement (Efron's percentile bootstrap), because states of one prompt depend on each other.
 */
import { dot } from "./matrix.ts";
import { LowRankBatch, type LowRankNumbers, type LowRankShape, type Scaled } from "./low-rank-loss.ts";
import { inputsOf, type PushHead } from "./head.ts";
import { STREAMS, uniform } from "./seeded.ts";
import { candidateWeight, type TokenRewards } from "./token-rewards.ts";
import { gatherRows, type RowTable, type Unembedding } from "./unembedding.ts";

export interface Explained {
  /** Share of the token rewards, at most 1. */
  readonly value: number;
  /** Prompts that it was measured on. */
  readonly n: number;
  /** Null for fewer than two prompts. */
  readonly ci95: readonly [number, number] | null;
}

export interface HeadMeasures {
  readonly explained: Explained;
  /** Mean spread of the head's reward before the unit divides it; 0 for a head that pushes nowhere. */
  readonly spread: number;
}

const DRAWS = 1000;
const BATCH = 256;

/**
 * @param states those to measure on: held-out ones, if the head was fitted to this data
 * @throws Error where there are none
 */
export function measureHead(
  head: PushHead,
  data: TokenRewards,
  unembedding: Unembedding,
  states: Int32Array,
  seed: number,
): HeadMeasures {
  const isDirection = head.kind === "direction";
  const inputs = isDirection ? data.features.length * data.hidden : inputsOf(head);
  const shape = { inputs, hidden: data.hidden, rank: isDirection ? 0 : head.rank };
  const none = new Float32Array(0);
  const numbers = { a: isDirection ? none : head.a, b: isDirection ? none : head.b, c: Float32Array.from(head.c) };
  const standards = isDirection ? flat(inputs) : head;
  const table = gatherRows(unembedding, data.tokens, null);
  return measureNumbers(numbers, shape, { data, table, rewardScale: 1, standards }, states, seed);
}

/** As `measureHead`, of numbers in the scale of a fit; the spread is in the scale of the rewards. */
export function measureNumbers(
  numbers: LowRankNumbers,
  shape: LowRankShape,
  scaled: Scaled,
  states: Int32Array,
  seed: number,
): HeadMeasures {
  if (states.length === 0) throw new Error("a head is measured on at least one state");
  const batch = new LowRankBatch(shape, BATCH);
  const sums = new Map<number, PromptSums>();
  let spread = 0;
  for (let from = 0; from < states.length; from += BATCH) {
    const rows = states.subarray(from, from + BATCH);
    const pushes = batch.pushes(numbers, scaled, rows);
    for (const [r, state] of rows.entries()) {
      const prompt = scaled.data.prompts[state]!;
      let own = sums.get(prompt);
      if (own === undefined) sums.set(prompt, (own = { error: 0, variance: 0 }));
      spread += addState(scaled, state, pushes, r * shape.hidden, own);
    }
  }
  const explained = explainedBy([...sums.values()], seed);
  return { explained, spread: (scaled.rewardScale * spread) / states.length };
}

export interface PromptSums {
  error: number;
  variance: number;
}

/** Adds the squares of one state and returns its spread. */
function addState(scaled: Scaled, state: number, pushes: Float32Array, g: number, sums: PromptSums): number {
  const { data, table, rewardScale } = scaled;
  const hidden = data.hidden;
  const from = data.starts[state]!;
  const n = data.starts[state + 1]! - from;
  const rewards = rewardsOfState(table, pushes, g, from, n, hidden);
  let centre = 0;
  for (let k = 0; k < n; k++) centre += data.probabilities[from + k]! * rewards[k]!;
  let spread = 0;
  for (let k = 0; k < n; k++) {
    const p = data.probabilities[from + k]!;
    const target = data.rewards[from + k]! / rewardScale;
    sums.error += candidateWeight(p, n) * (rewards[k]! - centre - target) ** 2;
    sums.variance += candidateWeight(p, n) * target ** 2;
    spread += p * (rewards[k]! - centre) ** 2;
  }
  return Math.sqrt(spread);
}

function rewardsOfState(
  table: RowTable,
  pushes: Float32Array,
  g: number,
  from: number,
  n: number,
  hidden: number,
): Float64Array {
  const rewards = new Float64Array(n);
  for (let k = 0; k < n; k++) rewards[k] = dot(table.rows, table.slots[from + k]! * hidden, pushes, g, hidden);
  return rewards;
}

/** @param sums one entry a prompt */
export function explainedBy(sums: readonly PromptSums[], seed: number): Explained {
  const share = (chosen: (i: number) => PromptSums): number => {
    let error = 0;
    let variance = 0;
    for (let i = 0; i < sums.length; i++) {
      const own = chosen(i);
      error += own.error;
      variance += own.variance;
    }
    // No reward to follow: a head that pushes nowhere follows it.
    return variance === 0 ? (error === 0 ? 1 : -Infinity) : 1 - error / variance;
  };
  const value = share((i) => sums[i]!);
  if (sums.length < 2) return { value, n: sums.length, ci95: null };
  const draws = Float64Array.from({ length: DRAWS }, (_, draw) =>
    share((i) => sums[Math.floor(uniform(seed, STREAMS.bootstrap, draw, i) * sums.length)]!),
  ).sort();
  return { value, n: sums.length, ci95: [draws[Math.floor(0.025 * DRAWS)]!, draws[Math.ceil(0.975 * DRAWS) - 1]!] };
}

function flat(inputs: number): { readonly mean: Float32Array; readonly scale: Float32Array } {
  return { mean: new Float32Array(inputs), scale: new Float32Array(inputs).fill(1) };
}

/**
 * Spread of the rewards that a head is to learn: weighted standard deviation within a state, over all states. 0 if the reward
 * tells no token from another.
 */
export function rewardSpread(data: TokenRewards, states?: Int32Array): number {
  const rows = states ?? Int32Array.from(data.prompts, (_, state) => state);
  let sum = 0;
  for (const state of rows) {
    const from = data.starts[state]!;
    const n = data.starts[state + 1]! - from;
    for (let k = from; k < from + n; k++) sum += candidateWeight(data.probabilities[k]!, n) * data.rewards[k]! ** 2;
  }
  return rows.length === 0 ? 0 : Math.sqrt(sum / rows.length);
}
