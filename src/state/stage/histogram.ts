/** Counts of numbers in equal bins, two sets of them on one scale. */

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** Bins over the range of all sets together; each holds its lower end, the last one its upper end too. */
export function histogram(sets: readonly (readonly number[])[], count: number): Bin[] {
  const all = sets.flat();
  if (all.length === 0) return [];
  const low = Math.min(...all);
  const high = Math.max(...all);
  if (low === high) return [{ from: low, to: high, counts: sets.map((set) => set.length) }];
  const width = (high - low) / count;
  const binOf = (value: number): number => Math.min(count - 1, Math.floor((value - low) / width));
  return Array.from({ length: count }, (_, bin) => ({
    from: low + bin * width,
    to: low + (bin + 1) * width,
    counts: sets.map((set) => set.filter((value) => binOf(value) === bin).length),
  }));
}
