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

/**
 * Unbiased estimate of E[best of n] from N >= n scored samples, for every curve "reward against n" at one cost.
 *
 *   E = sum_{i=n..N} C(i-1, n-1) / C(N, n) s_(i),   s sorted upwards
 *
 * n = 1 is the mean, n = N the maximum. Nakano et al., arXiv:2112.09332, appendix; Coste et al., arXiv:2310.02743.
 */
export function expectedBestOfN(scores: readonly number[], n: number): number {
  if (!(n >= 1 && n <= scores.length)) throw new Error(`n must be from 1 to ${scores.length}, got ${n}`);
  const sorted = [...scores].sort((a, b) => a - b);
  let expected = 0;
  // C(i-1, n-1) / C(N, n) is n/N at i = N and falls by (i - n) / (i - 1) at each step down: no factorials, no overflow.
  let weight = n / sorted.length;
  for (let i = sorted.length; i >= n; i--) {
    expected += weight * sorted[i - 1]!;
    if (i > n) weight *= (i - n) / (i - 1);
  }
  return expected;
}
