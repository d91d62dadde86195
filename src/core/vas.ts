/**
 * VAS: value-augmented sampling.
 *
 *   log pi(a|s) = log pi_ref(a|s) + (1/beta) ( V_w(s·a) - mean_{a' in C} V_w(s·a') ) - log Z'(s)     a in C
 *   log pi(a|s) = log pi_ref(a|s) - log Z'(s)                                                        other tokens
 *   C = the k likeliest tokens under pi_ref,   V_w = sum_i w_i V_i
 *
 * Han et al., "Value augmented sampling", arXiv:2405.06639. Their code writes beta for 1/beta, and like here keeps the
 * tokens outside C with shift 0: centring over C gives them the value of the average candidate.
 */
import { normalise, type Tokens } from "./logprobs.ts";
import { topIndices } from "./top.ts";
import type { TokenId } from "./types.ts";

/** C: the k likeliest tokens, most likely first, ties to the lowest id. Logits serve as well as log-probabilities. */
export function vasCandidates(ref: ArrayLike<number>, k: number): TokenId[] {
  return topIndices(ref, k);
}

/**
 * (w / beta) ( V(s·a) - mean over C ), nats, one number a candidate.
 * @param strength w / beta; the values are in units of reward
 */
export function vasShift(strength: number, values: ArrayLike<number>): Float64Array {
  let mean = 0;
  for (let c = 0; c < values.length; c++) mean += values[c]! / values.length;
  const shift = new Float64Array(values.length);
  for (let c = 0; c < values.length; c++) shift[c] = strength * (values[c]! - mean);
  return shift;
}

/**
 * The guided distribution of one step. Centring each objective apart equals centring the weighted sum.
 * @param ref    `[V]` nats, normalised
 * @param shifts one `vasShift` per objective, in the order of `candidates`
 * @param out    `[V]`, receives nats, normalised; not `ref`
 * @param tokens those that `ref` gives mass, the candidates among them; `out` is written there alone
 * @returns      log Z'(s)
 */
export function vasDistribution(
  ref: Float64Array,
  candidates: readonly TokenId[],
  shifts: readonly Float64Array[],
  out: Float64Array,
  tokens: Tokens = null,
): number {
  if (tokens === null) out.set(ref);
  else for (const token of tokens) out[token] = ref[token]!;
  for (const shift of shifts) {
    for (const [c, token] of candidates.entries()) out[token]! += shift[c]!;
  }
  return normalise(out, tokens);
}
