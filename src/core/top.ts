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
 * @returns      `min(k, V)` ids; entries of -Infinity come last
 */
export function topIndices(values: ArrayLike<number>, k: number): number[] {
  const size = Math.min(k, values.length);
  if (size > INSERTION_LIMIT) return sorted(values).slice(0, size);
  const ids: number[] = [];
  for (let id = 0; id < values.length; id++) {
    const value = values[id]!;
    if (ids.length === size) {
      // `>` and not `>=`: of equal values the earlier id stays.
      if (size === 0 || !(value > values[ids[size - 1]!]!)) continue;
      ids.pop();
    }
    let place = ids.length;
    while (place > 0 && values[ids[place - 1]!]! < value) place--;
    ids.splice(place, 0, id);
  }
  return ids;
}

function sorted(values: ArrayLike<number>): number[] {
  const ids: number[] = [];
  for (let id = 0; id < values.length; id++) ids.push(id);
  return ids.sort((a, b) => {
    const [x, y] = [values[a]!, values[b]!];
    // Compared and not subtracted: -Infinity - -Infinity is NaN.
    if (x === y) return a - b;
    return x > y ? -1 : 1;
  });
}
