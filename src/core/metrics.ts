/**
 * Numbers for comparing texts and lanes.
 *
 *   distinct-n = unique n-grams / n-grams
 *
 * distinct-n: Li et al., NAACL 2016. Points are maximised in every coordinate.
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
