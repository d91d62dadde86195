/**
 * Ranks, and Spearman's rank correlation.
 *
 *   rank of x_i = 1 + numbers below x_i + half the others that equal it          rho = Pearson's correlation of the ranks
 */
import { mean } from "../stats.ts";

/** Ranks from 1; equal numbers share the mean of their ranks. */
export function midRanks(x: readonly number[]): Float64Array {
  const order = Array.from(x.keys()).toSorted((a, b) => x[a]! - x[b]!);
  const ranks = new Float64Array(x.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && x[order[to]!] === x[order[from]!]) to++;
    // Places from + 1 to `to`.
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/**
 * -1 to 1; null where it is not defined: fewer than two pairs, or one side all equal.
 * @param x finite, as many as `y`
 */
export function spearman(x: readonly number[], y: readonly number[]): number | null {
  if (x.length !== y.length) throw new Error(`${x.length} and ${y.length} numbers make no pairs`);
  if (x.length < 2) return null;
  const [a, b] = [midRanks(x), midRanks(y)];
  // Ranks have the same mean whatever their ties.
  const centre = mean(a);
  let [both, first, second] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [u, v] = [a[i]! - centre, b[i]! - centre];
    both += u * v;
    first += u * u;
    second += v * v;
  }
  return first === 0 || second === 0 ? null : both / Math.sqrt(first * second);
}
