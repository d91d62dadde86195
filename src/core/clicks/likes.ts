/** What a taste says, for a person to read and to set sliders by. */
import type { Taste } from "./taste.ts";

export interface Like {
  /** Index of the measure. */
  readonly measure: number;
  /** Log-odds for one standard deviation more: above 0 the person likes more of it, below 0 less. */
  readonly weight: number;
  readonly deviation: number;
  /** Probability that the sign of the weight is right, from 1/2 to 1. */
  readonly certainty: number;
}

/** The surest first. */
export function likesOf({ mean, covariance }: Taste): Like[] {
  const likes = Array.from(mean, (weight, measure): Like => {
    const deviation = Math.sqrt(covariance[measure * mean.length + measure]!);
    return { measure, weight, deviation, certainty: normalShare(Math.abs(weight) / deviation) };
  });
  return likes.sort((a, b) => b.certainty - a.certainty || a.measure - b.measure);
}

/**
 * Weights of the heads among the measures, in proportion to the taste.
 * @param heads    indices of the measures that can steer
 * @param strength root of the sum of the weights' squares; a head's weight of 1 is one nat of spread at beta 1
 * @returns one weight a head; all 0 where the taste wants none of them
 */
export function weightsFrom({ mean }: Taste, heads: readonly number[], strength: number): number[] {
  const wishes = heads.map((measure) => mean[measure]!);
  const size = Math.hypot(...wishes);
  return wishes.map((wish) => (size === 0 ? 0 : (strength * wish) / size));
}

/** Share of a standard normal below z >= 0, within 1e-7 (Abramowitz and Stegun, 26.2.17). */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (tail * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}
