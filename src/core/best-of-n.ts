/**
 * Best-of-N: draw N texts from the sampled distribution, keep the one with the highest reward.
 *
 *   y = argmax_j r(x, y_j)
 *
 * Stiennon et al., 2020; Nakano et al., 2021. Ties go to the first sample, so n = 1 and constant rewards give plain
 * sampling. A score of null (reward not defined for that text) never wins against a number.
 */

/** Index of the highest score; 0 where none is defined. */
export function bestOfN(scores: readonly (number | null)[]): number {
  let best = 0;
  for (const [sample, score] of scores.entries()) {
    const leader = scores[best] ?? -Infinity;
    if (score !== null && score > leader) best = sample;
  }
  return best;
}
