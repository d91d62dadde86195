/**
 * Best-of-n in numbers that studies and vectors ask for; no run needs them.
 *
 *   exact pmf  F(y)^n - F^-(y)^n             F the distribution function in the order of rewards, all different
 */
import { expectedChosen } from "../compare/equal-n.ts";

/**
 * Unbiased estimate of E[best of n] from N >= n scored samples, for every curve "reward against n" at one cost.
 *
 *   E = sum_{i=n..N} C(i-1, n-1) / C(N, n) s_(i),   s sorted upwards
 *
 * n = 1 is the mean, n = N the maximum. Nakano et al., arXiv:2112.09332, appendix; Coste et al., arXiv:2310.02743.
 */
export function expectedBestOfN(scores: readonly number[], n: number): number {
  return expectedChosen(
    scores.map((score) => ({ rank: score, value: score })),
    n,
  );
}

/** Share of comparisons with the base that best-of-n can win at most, ties counted half. */
export function bestOfNWinRateBound(n: number): number {
  return n / (n + 1);
}

/** Distribution of best-of-n over outcomes listed from worst to best, all of different reward. */
export function bestOfNPmf(probs: readonly number[], n: number): number[] {
  let below = 0;
  let before = 0;
  return probs.map((p) => {
    below += p;
    const upTo = below ** n;
    const mass = upTo - before;
    before = upTo;
    return mass;
  });
}
