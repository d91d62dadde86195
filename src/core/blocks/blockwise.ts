/**
 * Blockwise best-of-K: draw K continuations of a block, keep the one with the highest value, and go on from it.
 *
 *   law of a block   P(v) = ( F(v)^K - F⁻(v)^K ) · p(v) / p(all blocks of the same value)
 *   bound            KL <= blocks · ( log K - (K-1)/K )
 *
 * F(v) is the probability of a value up to that of v, F⁻(v) of a lower one. Of equal values the first draw stays, so they
 * share their mass as the policy does. Controlled decoding (Mudgal et al., arXiv:2310.17022), its blockwise form.
 */
import { bestOfNKlBound } from "../kl.ts";

/** @param probs of each block under the policy, sum 1 @param values one a block @param k draws, >= 1 */
export function blockwiseLaw(probs: readonly number[], values: readonly number[], k: number): number[] {
  return probs.map((p, v) => {
    if (p === 0) return 0;
    let below = 0;
    let same = 0;
    for (const [u, other] of values.entries()) {
      if (other < values[v]!) below += probs[u]!;
      else if (other === values[v]) same += probs[u]!;
    }
    return (((below + same) ** k - below ** k) * p) / same;
  });
}

/** Upper bound on the KL to the policy, nats. @param blocks that were chosen among k draws */
export function blockwiseKlBound(blocks: number, k: number): number {
  return blocks * bestOfNKlBound(k);
}
