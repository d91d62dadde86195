/**
 * The N of the best-of-N that does as well as another way of decoding, from pools of samples.
 *
 *   E_n = Σ_{i=n..N} C(i-1, n-1) / C(N, n) v_(i)        samples sorted upwards by the rank, v the value that is reported
 *
 * Unbiased for every n up to the size of a pool (Nakano et al., arXiv:2112.09332, appendix). Rank and value may differ: a
 * judge ranks, and the truth is reported. Equal-N is where the mean curve over pools first reaches the other's mean.
 */
import { mean } from "../stats.ts";

export interface RankedSample {
  readonly rank: number;
  readonly value: number;
}

/** Expected value of the best by rank among n of the samples. @param n from 1 to their number */
export function expectedChosen(samples: readonly RankedSample[], n: number): number {
  if (!(n >= 1 && n <= samples.length)) throw new Error(`n must be from 1 to ${samples.length}, got ${n}`);
  const sorted = samples.toSorted((a, b) => a.rank - b.rank);
  let expected = 0;
  // C(i-1, n-1) / C(N, n) is n/N at i = N and falls by (i - n) / (i - 1) at each step down: no factorials, no overflow.
  let weight = n / sorted.length;
  for (let i = sorted.length; i >= n; i--) {
    expected += weight * sorted[i - 1]!.value;
    if (i > n) weight *= (i - n) / (i - 1);
  }
  return expected;
}

export type EqualN =
  /** Between whole N the curve is taken as straight. */
  | { readonly type: "equal"; readonly n: number }
  /** Worse than one plain sample, or better than the largest N of the pools. */
  | { readonly type: "below" | "above"; readonly n: number };

/** @param pools at least one, each with a sample or more @param target mean value of the other way of decoding */
export function equalN(pools: readonly (readonly RankedSample[])[], target: number): EqualN {
  const most = Math.min(...pools.map((pool) => pool.length));
  let before = -Infinity;
  for (let n = 1; n <= most; n++) {
    const here = mean(pools.map((pool) => expectedChosen(pool, n)));
    if (here >= target) {
      // Sums in another order differ in the last bits.
      if (n === 1) return here - target <= 1e-12 * Math.abs(here) ? { type: "equal", n } : { type: "below", n };
      return { type: "equal", n: n - 1 + (target - before) / (here - before) };
    }
    before = here;
  }
  return { type: "above", n: most };
}
