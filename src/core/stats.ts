/** Student's 95 % interval of a mean: mean ± t s / sqrt(n), s the sample's standard deviation. */

export interface MeanInterval {
  readonly mean: number;
  /** null where one value alone says nothing about its spread. */
  readonly ci95: readonly [number, number] | null;
}

/** @param values independent of each other, at least one */
export function meanInterval(values: readonly number[]): MeanInterval {
  if (values.length === 0) throw new Error("the mean of no numbers is not defined");
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, ci95: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = studentQuantile(values.length - 1) * Math.sqrt(variance / values.length);
  return { mean, ci95: [mean - half, mean + half] };
}

/** 97.5 % quantile of Student's t: exact to three digits up to 10 degrees of freedom, then Cornish and Fisher's series. */
const QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228] as const;
const NORMAL = 1.959964;

export function studentQuantile(freedom: number): number {
  const exact = QUANTILES[freedom - 1];
  if (exact !== undefined) return exact;
  const z = NORMAL;
  return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
}
