/**
 * The k largest entries of a vector, without sorting all of it.
 *
 * Ordered by value, largest first; ties to the lowest id, so that every user of "top-k" agrees on one set.
 */

/** Beyond this an insertion into a sorted list costs more than one full sort. */
const INSERTION_LIMIT = 256;

/**
 * @param values `[V]`, no NaN
 * @param k      clipped to V
 * @param tokens those to choose from, in ascending order; null for all
 * @returns      `min(k, V)` ids; entries of -Infinity come last
 */
export function topIndices(values: ArrayLike<number>, k: number, tokens: Int32Array | null = null): number[] {
  const count = tokens?.length ?? values.length;
  const size = Math.min(k, count);
  if (size > INSERTION_LIMIT) return sorted(values, tokens).slice(0, size);
  const ids: number[] = [];
  if (size === 0) return ids;
  // The least that is in, once the list is full: most entries are compared with it alone.
  let least = -Infinity;
  for (let i = 0; i < count; i++) {
    const id = tokens === null ? i : tokens[i]!;
    const value = values[id]!;
    if (ids.length === size) {
      // `>` and not `>=`: of equal values the earlier id stays.
      if (!(value > least)) continue;
      ids.pop();
    }
    let place = ids.length;
    while (place > 0 && values[ids[place - 1]!]! < value) place--;
    ids.splice(place, 0, id);
    if (ids.length === size) least = values[ids[size - 1]!]!;
  }
  return ids;
}

function sorted(values: ArrayLike<number>, tokens: Int32Array | null): number[] {
  const ids: number[] = tokens === null ? Array.from({ length: values.length }, (_, id) => id) : [...tokens];
  return ids.sort((a, b) => {
    const [x, y] = [values[a]!, values[b]!];
    // Compared and not subtracted: -Infinity - -Infinity is NaN.
    if (x === y) return a - b;
    return x > y ? -1 : 1;
  });
}
