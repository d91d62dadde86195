/**
 * Repetition of a text as ARGS counts it.
 *
 *   rep-n = 100 (1 - unique / (total + 1))        diversity = prod_{n=2..4} (1 - rep-n / 100)
 *
 * From the code of ARGS (Khanov et al., ICLR 2024), whose "+ 1" makes the rep-n of a text without repetition positive.
 */
import { countNgrams } from "../metrics.ts";

/** Per cent; a text shorter than n repeats nothing and has 0. */
export function repN(tokens: readonly (string | number)[], n: number): number {
  const { total, unique } = countNgrams(tokens, n);
  return total === 0 ? 0 : 100 * (1 - unique / (total + 1));
}

export function diversity(tokens: readonly (string | number)[]): number {
  let product = 1;
  for (const n of [2, 3, 4]) product *= 1 - repN(tokens, n) / 100;
  return product;
}
