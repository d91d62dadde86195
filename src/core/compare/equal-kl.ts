/**
 * What two ways of decoding earn at the same KL, where both were seen at that KL or on both sides of it.
 *
 *   r_g(x) = (1 - t) r_g(a) + t r_g(b),   t = (x - KL_a) / (KL_b - KL_a)        a, b the points of a curve on both sides of x
 *   d_g    = r_g of the one curve - r_g of the other                            g a group: all texts of one prompt
 *   answer = mean of d_g ± t s / sqrt(G)
 *
 * Between two settings a curve is taken as straight, and the KL of a setting as known: the interval says how much other
 * prompts would move the difference. Outside the KL that both curves cover nothing is said.
 */
import { mean, meanInterval, type MeanInterval } from "../stats.ts";

export interface PricedPoint {
  /** Nats, mean over the texts, at least 0. */
  readonly kl: number;
  /** Mean reward of each group; absent where it is not defined. */
  readonly rewards: ReadonlyMap<number, number>;
}

/** In any order. */
export type PriceCurve = readonly PricedPoint[];

export type Range = readonly [low: number, high: number];

/** The KL that a curve covers; null without a point. */
export function rangeOf(curve: PriceCurve): Range | null {
  if (curve.length === 0) return null;
  const kls = curve.map(({ kl }) => kl);
  return [Math.min(...kls), Math.max(...kls)];
}

/** The KL that both curves cover; null where there is none. */
export function sharedRange(one: PriceCurve, other: PriceCurve): Range | null {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  if (a === null || b === null) return null;
  const [low, high] = [Math.max(a[0], b[0]), Math.min(a[1], b[1])];
  return low <= high ? [low, high] : null;
}

/** Rewards of the groups at a KL, of those groups that both neighbours have; null where the curve does not cover it. */
export function rewardsAt(curve: PriceCurve, kl: number): ReadonlyMap<number, number> | null {
  const same = curve.filter((point) => point.kl === kl);
  if (same.length > 0) return meanOf(same);
  const sorted = curve.toSorted((a, b) => a.kl - b.kl);
  const above = sorted.find((point) => point.kl > kl);
  const below = sorted.findLast((point) => point.kl < kl);
  if (above === undefined || below === undefined) return null;
  const [from, to] = [below.kl, above.kl].map((end) => meanOf(sorted.filter((point) => point.kl === end)));
  const share = (kl - below.kl) / (above.kl - below.kl);
  return joined(from!, to!, (a, b) => (1 - share) * a + share * b);
}

/** Mean reward over the groups; null where the curve does not cover the KL, or no group is known. */
export function rewardAt(curve: PriceCurve, kl: number): number | null {
  const rewards = rewardsAt(curve, kl);
  return rewards === null || rewards.size === 0 ? null : mean([...rewards.values()]);
}

export interface AtEqualKl {
  readonly kl: number;
  /** Means over the groups that both curves have. */
  readonly first: number;
  readonly second: number;
  /** First less second; the interval is null with one group. */
  readonly difference: MeanInterval;
  readonly groups: number;
}

/** null where one of the curves does not cover the KL, or no group has a reward on both. */
export function atEqualKl(one: PriceCurve, other: PriceCurve, kl: number): AtEqualKl | null {
  const [first, second] = [rewardsAt(one, kl), rewardsAt(other, kl)];
  if (first === null || second === null) return null;
  const both = [...first].flatMap(([group, a]) => {
    const b = second.get(group);
    return b === undefined ? [] : [{ a, b }];
  });
  if (both.length === 0) return null;
  return {
    kl,
    first: mean(both.map(({ a }) => a)),
    second: mean(both.map(({ b }) => b)),
    difference: meanInterval(both.map(({ a, b }) => a - b)),
    groups: both.length,
  };
}

/**
 * The KL at which to compare two curves: the ends of what both cover and every point of either between them. Between two of
 * these the difference is straight, so they say all that there is.
 */
export function knotsOf(one: PriceCurve, other: PriceCurve): number[] {
  const range = sharedRange(one, other);
  if (range === null) return [];
  const [low, high] = range;
  const own = [...one, ...other].map(({ kl }) => kl).filter((kl) => kl >= low && kl <= high);
  return [...new Set([low, ...own, high])].toSorted((a, b) => a - b);
}

/** Points of one KL count alike. */
function meanOf(points: readonly PricedPoint[]): ReadonlyMap<number, number> {
  const groups = new Set(points.flatMap(({ rewards }) => [...rewards.keys()]));
  return new Map(
    [...groups].flatMap((group) => {
      const known = points.map(({ rewards }) => rewards.get(group));
      return known.every((value) => value !== undefined) ? [[group, mean(known)] as const] : [];
    }),
  );
}

function joined(
  one: ReadonlyMap<number, number>,
  other: ReadonlyMap<number, number>,
  join: (a: number, b: number) => number,
): ReadonlyMap<number, number> {
  return new Map(
    [...one].flatMap(([group, a]) => {
      const b = other.get(group);
      return b === undefined ? [] : [[group, join(a, b)] as const];
    }),
  );
}
