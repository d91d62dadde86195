/** Whether texts of many runs have the distribution that they should have. */
import type { Probabilities } from "./world.ts";

/**
 * Pearson's statistic of shown texts against a distribution, cells of fewer than 8 expected pooled into one, and the value that
 * chance exceeds once in 1000 times (Wilson and Hilferty's approximation).
 */
export function goodnessOfFit(
  shown: readonly string[],
  distribution: Probabilities,
): { statistic: number; limit: number } {
  const observed = new Map<string, number>();
  for (const key of shown) observed.set(key, (observed.get(key) ?? 0) + 1);
  const pool = { observed: 0, expected: 0 };
  const cells: { observed: number; expected: number }[] = [pool];
  for (const [key, probability] of distribution) {
    const cell = { observed: observed.get(key) ?? 0, expected: probability * shown.length };
    if (cell.expected >= 8) cells.push(cell);
    else {
      pool.observed += cell.observed;
      pool.expected += cell.expected;
    }
  }
  const used = cells.filter((cell) => cell.expected > 0);
  const statistic = used.reduce((sum, cell) => sum + (cell.observed - cell.expected) ** 2 / cell.expected, 0);
  const freedom = used.length - 1;
  const limit = freedom * (1 - 2 / (9 * freedom) + 3.09 * Math.sqrt(2 / (9 * freedom))) ** 3;
  return { statistic, limit };
}
