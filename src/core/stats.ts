/**
 * Mean, variance, and the interval of a mean.
 *
 *   Student's 95 % interval: mean ± t s / sqrt(n)        s the sample's standard deviation
 */

export function mean(x: ArrayLike<number>): number {
  if (x.length === 0) throw new Error("the mean of no numbers is not defined");
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]!;
  return sum / x.length;
}

export function populationVariance(x: ArrayLike<number>): number {
  const centre = mean(x);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! - centre) ** 2;
  return sum / x.length;
}

export interface MeanInterval {
  readonly mean: number;
  /** null where one value alone says nothing about its spread. */
  readonly ci95: readonly [number, number] | null;
}

/** @param values independent of each other, at least one */
export function meanInterval(values: readonly number[]): MeanInterval {
  const centre = mean(values);
  if (values.length < 2) return { mean: centre, ci95: null };
  // s² / n, s² the sample variance: n / (n - 1) times that of the population.
  const error = Math.sqrt(populationVariance(values) / (values.length - 1));
  const half = studentQuantile(values.length - 1) * error;
  return { mean: centre, ci95: [centre - half, centre + half] };
}

/** 97.5 % quantile of Student's t: exact to three digits up to 10 degrees of freedom, then Cornish and Fisher's series. */
const QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228] as const;
export const NORMAL = 1.959964;

export function studentQuantile(freedom: number): number {
  const exact = QUANTILES[freedom - 1];
  if (exact !== undefined) return exact;
  const z = NORMAL;
  return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
}
