/**
 * 95 % interval of a share, where the counts come in groups: several seeds of one prompt say less than as many prompts.
 *
 *   Wilson   ( p + z²/2m ± z sqrt( p(1-p)/m + z²/4m² ) ) / ( 1 + z²/m )          m effective count
 *   m        = p(1-p) / v · (z/t)²,   at least the number of groups G and at most the count n
 *   v        = G/(G-1) Σ_g ( Σ_{i in g} (y_i - p) )² / n²                        variance of p between groups
 *
 * t is Student's quantile with G - 1 degrees of freedom. The effective count is that of surveys in clusters (Korn and
 * Graubard, 1998), put into Wilson's interval. A bootstrap over prompts is too narrow for five or ten prompts, and it
 * shrinks to a point if one lane wins everywhere; this interval does not (test/core/compare/interval.test.ts measures
 * both). A tie counts one half, which makes the interval a little wide: halves vary less than wins and losses.
 */
import { NORMAL, studentQuantile } from "../stats.ts";

export interface GroupedValue {
  /** From 0 to 1. */
  readonly value: number;
  readonly group: number;
}

export interface ShareInterval {
  readonly ci95: readonly [number, number];
  /** With one group, the interval speaks of that group alone. */
  readonly groups: number;
}

/** @param values at least one */
export function groupedInterval(values: readonly GroupedValue[]): ShareInterval {
  const n = values.length;
  const share = values.reduce((sum, { value }) => sum + value, 0) / n;
  const excess = new Map<number, number>();
  for (const { value, group } of values) excess.set(group, (excess.get(group) ?? 0) + value - share);
  const groups = excess.size;
  const count = groups < 2 ? n : effectiveCount(share, [...excess.values()], n);
  return { ci95: wilson(share, count), groups };
}

function effectiveCount(share: number, excess: readonly number[], n: number): number {
  const groups = excess.length;
  const squares = excess.reduce((sum, each) => sum + each ** 2, 0);
  const between = ((groups / (groups - 1)) * squares) / n ** 2;
  // Nothing varies between the groups, or nothing varies at all: the groups alone count.
  if (between <= 1e-15) return groups;
  const narrowed = (NORMAL / studentQuantile(groups - 1)) ** 2;
  return Math.min(n, Math.max(groups, ((share * (1 - share)) / between) * narrowed));
}

/** Wilson's 95 % interval. @param share from 0 to 1 @param count > 0, also a fraction */
export function wilson(share: number, count: number): readonly [number, number] {
  const square = NORMAL ** 2;
  const centre = share + square / (2 * count);
  const half = NORMAL * Math.sqrt((share * (1 - share)) / count + square / (4 * count ** 2));
  const scale = 1 + square / count;
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}
