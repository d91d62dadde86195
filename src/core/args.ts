/**
 * ARGS: alignment as reward-guided search. A reward of whole texts scores every candidate's prefix.
 *
 *   log pi(v|s) = log pi_ref(v|s) + (1/beta) sum_i w_i r_i(s·v) - log Z'(s)     v in C
 *   pi(v|s) = 0                                                                 other tokens
 *   C = the k likeliest tokens under pi_ref
 *
 * Khanov et al., arXiv:2402.01694: their w is w / beta here, their base logits are log pi_ref up to a constant. Temperature 0
 * is their greedy form, a temperature above 0 their stochastic one. Their code goes on after an end token; here a text ends.
 * A reward that learned from whole texts knows little of a beginning: GenARM's paper (arXiv:2410.08193) argues so against
 * this very route. With the soft value as reward and all tokens as candidates it is pi*, as VAS is.
 */
import { vasShift } from "./vas.ts";
import { normalise, type Tokens } from "./logprobs.ts";
import type { TokenId } from "./types.ts";

/**
 * (w / beta) ( r(s·v) - mean over C ), nats. The mean cancels in pi; with it a push says what a token gains over the others.
 * A candidate that the reward says nothing of, NaN, gets the mean.
 */
export function argsShift(strength: number, scores: readonly number[]): Float64Array {
  const known = scores.filter((score) => !Number.isNaN(score));
  const mean = known.reduce((sum, score) => sum + score / known.length, 0);
  return vasShift(
    strength,
    scores.map((score) => (Number.isNaN(score) ? mean : score)),
  );
}

/**
 * The guided distribution of one step.
 * @param ref    `[V]` nats, -Infinity for tokens that cannot be drawn
 * @param shifts one `argsShift` per objective or source, in the order of `candidates`
 * @param out    `[V]`, receives nats, normalised, -Infinity for all but the candidates; not `ref`
 * @param tokens those that `ref` gives mass, the candidates among them; `out` is written there alone
 * @returns      log Z'(s)
 */
export function argsDistribution(
  ref: Float64Array,
  candidates: readonly TokenId[],
  shifts: readonly Float64Array[],
  out: Float64Array,
  tokens: Tokens = null,
): number {
  if (tokens === null) out.fill(-Infinity);
  else for (const token of tokens) out[token] = -Infinity;
  for (const token of candidates) out[token] = ref[token]!;
  for (const shift of shifts) {
    for (const [c, token] of candidates.entries()) out[token]! += shift[c]!;
  }
  return normalise(out, tokens);
}
