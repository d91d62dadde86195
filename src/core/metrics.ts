/**
 * Numbers for comparing texts and lanes.
 *
 *   distinct-n = unique n-grams / n-grams
 *   rep-n = 100 (1 - unique / (total + 1))        diversity = prod_{n=2..4} (1 - rep-n / 100)
 *
 * distinct-n: Li et al., NAACL 2016. rep-n and diversity as in the code of ARGS (Khanov et al., ICLR 2024), whose
 * "+ 1" makes the rep-n of a text without repetition positive. Points are maximised in every coordinate.
 */

export type Point = readonly [number, number];

export interface NgramCount {
  readonly total: number;
  readonly unique: number;
}

export function countNgrams(tokens: readonly (string | number)[], n: number): NgramCount {
  const seen = new Set<string>();
  const total = Math.max(0, tokens.length - n + 1);
  for (let start = 0; start < total; start++) seen.add(JSON.stringify(tokens.slice(start, start + n)));
  return { total, unique: seen.size };
}

/** From 0 to 1; a text shorter than n repeats nothing and has 1. */
export function distinctN(tokens: readonly (string | number)[], n: number): number {
  const { total, unique } = countNgrams(tokens, n);
  return total === 0 ? 1 : unique / total;
}

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

/** Indices of the points that no other point equals in every coordinate and beats in one; all of one dimension. */
export function nonDominated(points: readonly (readonly number[])[]): number[] {
  const indices: number[] = [];
  for (const [i, p] of points.entries()) {
    const isBeaten = points.some((q) => q.every((x, d) => x >= p[d]!) && q.some((x, d) => x > p[d]!));
    if (!isBeaten) indices.push(i);
  }
  return indices;
}

/** Area of the union of the boxes from `reference` to each point; compare only at one reference and one scale. */
export function hypervolume(points: readonly Point[], reference: Point): number {
  const front = nonDominated(points)
    .map((i) => points[i]!)
    .filter(([x, y]) => x > reference[0] && y > reference[1])
    .sort((a, b) => b[0] - a[0]);
  let area = 0;
  let floor = reference[1];
  for (const [x, y] of front) {
    if (y <= floor) continue; // a point listed twice
    area += (x - reference[0]) * (y - floor);
    floor = y;
  }
  return area;
}

/** Mean inner product of preference and reward vectors, (1/N) sum_j w_j · r_j. */
export function meanInnerProduct(preferences: readonly Point[], rewards: readonly Point[]): number {
  let sum = 0;
  for (const [j, w] of preferences.entries()) sum += w[0] * rewards[j]![0] + w[1] * rewards[j]![1];
  return sum / preferences.length;
}

/** Share of comparisons won outright, and with ties counted half. */
export function winRates(
  win: number,
  tie: number,
  lose: number,
): { readonly strict: number; readonly halfTies: number } {
  const total = win + tie + lose;
  return { strict: win / total, halfTies: (win + 0.5 * tie) / total };
}
