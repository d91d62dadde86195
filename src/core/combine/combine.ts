/**
 * Ways to make one score out of several rewards.
 *
 *   sum        Σ w_i r_i                                                      what lanes and best-of-N use otherwise
 *   worst      min_i w_i r_i                                                  worst of the wishes
 *   harmonic   Σ |w_i| / Σ ( |w_i| / σ(± r_i) )                               λ-Harmonic of RPO, arXiv:2407.12164
 *   veto       Σ w_i r_i, but nothing if some ± r_i < floor                   Perfect Blend, arXiv:2409.20370
 *
 * ± r_i is the reward in the direction of the wish: -r_i under a negative weight. Harmonic means need positive numbers,
 * and our rewards are standardised, so each goes through the logistic function σ first; that step is ours.
 * A weight of 0 leaves its reward out. null, never 0, where a reward with a weight is not defined.
 */

/** Reward of a text by each wish; null where it is not defined. */
export type WishRewards = readonly (number | null)[];

export function weightedSumOf(rewards: WishRewards, weights: readonly number[]): number | null {
  const parts = weighted(rewards, weights);
  return parts === null ? null : parts.reduce((sum, { weight, reward }) => sum + weight * reward, 0);
}

export function worstOf(rewards: WishRewards, weights: readonly number[]): number | null {
  const parts = weighted(rewards, weights);
  if (parts === null || parts.length === 0) return null;
  return Math.min(...parts.map(({ weight, reward }) => weight * reward));
}

/** From 0 to 1; one wish that is far from fulfilled pulls it to 0. */
export function harmonicOf(rewards: WishRewards, weights: readonly number[]): number | null {
  const parts = weighted(rewards, weights);
  if (parts === null || parts.length === 0) return null;
  let above = 0;
  let below = 0;
  for (const { weight, reward } of parts) {
    above += Math.abs(weight);
    // 1 / σ(x) = 1 + exp(-x).
    below += Math.abs(weight) * (1 + Math.exp(-Math.sign(weight) * reward));
  }
  return above / below;
}

/** null also for a text with a wish below its floor; @param floors one a wish, -Infinity for none */
export function vetoedSum(rewards: WishRewards, weights: readonly number[], floors: readonly number[]): number | null {
  const parts = weighted(rewards, weights);
  if (parts === null || parts.some(({ weight, reward, wish }) => Math.sign(weight) * reward < floors[wish]!))
    return null;
  return parts.reduce((sum, { weight, reward }) => sum + weight * reward, 0);
}

function weighted(
  rewards: WishRewards,
  weights: readonly number[],
): { readonly weight: number; readonly reward: number; readonly wish: number }[] | null {
  const parts: { readonly weight: number; readonly reward: number; readonly wish: number }[] = [];
  for (const [i, weight] of weights.entries()) {
    if (weight === 0) continue;
    const reward = rewards[i] ?? null;
    if (reward === null) return null;
    parts.push({ weight, reward, wish: i });
  }
  return parts;
}
