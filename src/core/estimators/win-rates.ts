/** How often one text beats another, and how well rewards follow preferences. */
import type { Point } from "../metrics.ts";

/** Share of comparisons won outright, and with ties counted half. */
export function winRates(
  win: number,
  tie: number,
  lose: number,
): { readonly strict: number; readonly halfTies: number } {
  const total = win + tie + lose;
  return { strict: win / total, halfTies: (win + 0.5 * tie) / total };
}

/** Mean inner product of preference and reward vectors, (1/N) sum_j w_j · r_j. */
export function meanInnerProduct(preferences: readonly Point[], rewards: readonly Point[]): number {
  let sum = 0;
  for (const [j, w] of preferences.entries()) sum += w[0] * rewards[j]![0] + w[1] * rewards[j]![1];
  return sum / preferences.length;
}
