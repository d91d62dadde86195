/**
 * A reward without the effect of length: r' = r - p length.
 *
 * p is chosen so that Spearman's correlation of r' with length is 0. Ranks are what best-of-N looks at, and one odd text moves
 * them little; Pearson's correlation would be 0 at cov(r, length) / var(length), which a single long text can decide.
 * ArmoRM takes verbosity out of its rewards by the same rule (Wang et al., arXiv:2406.12845).
 *
 * In closed form: as p grows, two texts i and j of different length change places in r' once, at the slope
 * (r_i - r_j) / (l_i - l_j), and each change lowers the sum of rank(r') rank(l) by |rank(l_i) - rank(l_j)|. So p is the weighted
 * median of these slopes. Where the weights leave a gap at the half, the middle of the gap makes the correlation 0 exactly;
 * else it changes its sign at one slope, where the two texts tie, and the nearest to 0 that there is lies there or beside it.
 */
import { midRanks, spearman } from "./ranks.ts";

export function withoutLength(rewards: readonly number[], lengths: readonly number[], p: number): number[] {
  return rewards.map((reward, i) => reward - p * lengths[i]!);
}

interface Slope {
  readonly at: number;
  readonly weight: number;
}

/**
 * The p that takes length out, in units of reward for one unit of length; 0 where all texts have one length.
 * @param rewards finite, as many as `lengths`
 */
export function lengthSlope(rewards: readonly number[], lengths: readonly number[]): number {
  const slopes = slopesOf(rewards, lengths);
  const half = slopes.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let passed = 0;
  const middle = slopes.findIndex(({ weight }) => (passed += weight) >= half);
  const here = slopes[middle]?.at;
  if (here === undefined) return 0;
  const [before, after] = [slopes[middle - 1]?.at ?? here, slopes[middle + 1]?.at ?? here];
  const correlation = (p: number): number => Math.abs(spearman(withoutLength(rewards, lengths, p), lengths) ?? 0);
  const candidates = [
    here,
    (here + after) / 2,
    (before + here) / 2,
    here + 1e-9 * (after - here),
    here - 1e-9 * (here - before),
  ];
  return candidates.reduce((best, p) => (correlation(p) < correlation(best) ? p : best));
}

/** In ascending order, equal ones together. */
function slopesOf(rewards: readonly number[], lengths: readonly number[]): Slope[] {
  if (rewards.length !== lengths.length) throw new Error(`${rewards.length} rewards of ${lengths.length} lengths`);
  const ranks = midRanks(lengths);
  const weights = new Map<number, number>();
  for (let i = 0; i < rewards.length; i++) {
    for (let j = 0; j < i; j++) {
      if (lengths[i] === lengths[j]) continue;
      const at = (rewards[i]! - rewards[j]!) / (lengths[i]! - lengths[j]!);
      weights.set(at, (weights.get(at) ?? 0) + Math.abs(ranks[i]! - ranks[j]!));
    }
  }
  return [...weights].map(([at, weight]) => ({ at, weight })).toSorted((a, b) => a.at - b.at);
}
