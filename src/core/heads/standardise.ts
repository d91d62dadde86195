/**
 * Scales that a fit starts from: mean and standard deviation of each feature over states, and the size of the LM head's rows.
 *
 * Mean and deviation are rounded to float16, as a head's file stores them: a fit then starts from the very constants that are read back,
 * and any constants near the true ones serve as well.
 */
import { toFloat16 } from "./float16.ts";
import type { TokenRewards } from "./token-rewards.ts";
import type { RowTable } from "./unembedding.ts";

/** Below it halves lose their precision. */
const SMALLEST = 2 ** -14;

export interface Standards {
  /** `[inputs]` */
  readonly mean: Float32Array;
  /** `[inputs]`, > 0; 1 for a feature that never changes. */
  readonly scale: Float32Array;
}

/**
 * @param states `[n, inputs]`
 * @param rows   the states that count
 */
export function standardsOf(states: Float32Array, inputs: number, rows: Int32Array): Standards {
  const sum = new Float64Array(inputs);
  const squares = new Float64Array(inputs);
  for (const row of rows) for (let i = 0; i < inputs; i++) sum[i]! += states[row * inputs + i]!;
  const mean = Float32Array.from(sum, (total) => toFloat16(total / rows.length));
  for (const row of rows) for (let i = 0; i < inputs; i++) squares[i]! += (states[row * inputs + i]! - mean[i]!) ** 2;
  const scale = Float32Array.from(squares, (total, i) => {
    const deviation = toFloat16(Math.sqrt(total / rows.length));
    // A constant feature: its float16 mean may be off by a rounding, which must not be blown up to 1.
    return deviation > Math.abs(mean[i]!) * 1e-3 && deviation >= SMALLEST ? deviation : 1;
  });
  return { mean, scale };
}

/** Standardised copies of some states, `[rows, inputs]`, into `out`. */
export function standardise(
  states: Float32Array,
  rows: Int32Array,
  { mean, scale }: Standards,
  out: Float32Array,
): Float32Array {
  const inputs = mean.length;
  for (let r = 0; r < rows.length; r++) {
    const from = rows[r]! * inputs;
    const to = r * inputs;
    for (let i = 0; i < inputs; i++) out[to + i] = (states[from + i]! - mean[i]!) / scale[i]!;
  }
  return out;
}

/** Root mean square of the entries of W[v] - sum_u p(u) W[u] over states and candidates, weighted by p. */
export function rowSize(data: TokenRewards, { rows, slots }: RowTable): number {
  const { hidden, starts, probabilities } = data;
  const mean = new Float64Array(hidden);
  const states = data.prompts.length;
  // A few hundred states say it well enough.
  const stride = Math.max(1, Math.floor(states / 500));
  let sum = 0;
  let count = 0;
  for (let state = 0; state < states; state += stride, count++) {
    mean.fill(0);
    for (let k = starts[state]!; k < starts[state + 1]!; k++)
      for (let i = 0; i < hidden; i++) mean[i]! += probabilities[k]! * rows[slots[k]! * hidden + i]!;
    for (let k = starts[state]!; k < starts[state + 1]!; k++)
      for (let i = 0; i < hidden; i++) sum += probabilities[k]! * (rows[slots[k]! * hidden + i]! - mean[i]!) ** 2;
  }
  return Math.sqrt(sum / (count * hidden)) || 1;
}
