/**
 * GenARM: guidance by autoregressive reward models (ARMs).
 *
 *   log pi(v|s) = log pi_ref(v|s) + sum_i (w_i b_i / beta) log pi_i(v|s) - log Z(s)
 *
 * Xu et al., "GenARM", ICLR 2025, arXiv:2410.08193. w_i is the slider, b_i the coefficient that ARM i was trained
 * with, so that b_i log pi_i is in units of reward, and beta the KL coefficient. Their code writes alpha for
 * w_i b_i / beta, and its library divides by 1 + sum of alpha and undoes that through the temperature; here the sum is
 * normalised instead, so temperature keeps its meaning and negative weights do not turn the ranking round.
 */
import { normalise, type Tokens } from "./logprobs.ts";
import type { TokenId } from "./types.ts";

/** One ARM at one step: `alpha` = w b / beta, and log pi_i(.|s), `[V]` nats, normalised. */
export interface ArmTerm {
  readonly alpha: number;
  readonly logprobs: Float64Array;
}

/** alpha of one ARM. `beta` > 0; at Infinity it is 0 and the ARM need not be asked. */
export function armAlpha(weight: number, b: number, beta: number): number {
  return (weight * b) / beta;
}

/**
 * The sum before normalisation, log pi_ref + sum_i alpha_i log pi_i.
 * A term with alpha 0 is skipped, since 0 * -Infinity is NaN; a token that `ref` forbids stays forbidden.
 */
export function addArms(ref: Float64Array, terms: readonly ArmTerm[], out: Float64Array): Float64Array {
  out.set(ref);
  for (const { alpha, logprobs } of terms) {
    if (logprobs.length !== ref.length) throw new Error(`ARM has ${logprobs.length} tokens, policy ${ref.length}`);
    if (alpha !== 0) addReward(out, alpha, (token) => logprobs[token]!);
  }
  return out;
}

/**
 * Adds alpha r(v) to the tokens that `out` does not forbid, `[V]` nats.
 * @param tokens those that it may not forbid
 */
export function addReward(
  out: Float64Array,
  alpha: number,
  rewardOf: (token: TokenId) => number,
  tokens: Tokens = null,
): void {
  const size = tokens?.length ?? out.length;
  for (let i = 0; i < size; i++) {
    const v = tokens === null ? i : tokens[i]!;
    if (out[v]! > -Infinity) out[v]! += alpha * rewardOf(v);
  }
}

/**
 * The guided distribution of one step. Cost O(V * objectives).
 * @param ref   `[V]` nats, normalised
 * @param out   `[V]`, receives nats, normalised; not `ref`
 * @returns     log Z(s)
 * @throws RunError "non-finite-logits", for instance where a negative weight meets log pi_i = -Infinity
 */
export function genarmDistribution(ref: Float64Array, terms: readonly ArmTerm[], out: Float64Array): number {
  return normalise(addArms(ref, terms, out));
}
