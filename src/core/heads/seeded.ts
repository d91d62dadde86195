/** Random numbers of a seed, from the same hash as the noise of decoding: counters in, no state. */
import { hash32 } from "../noise.ts";

/** What a number is drawn for, so that no two uses share their draws. */
export const STREAMS = { split: 1, order: 2, start: 3, bootstrap: 4, pairs: 5, sides: 6 } as const;
export type Stream = (typeof STREAMS)[keyof typeof STREAMS];

/** Uniform in (0, 1). */
export function uniform(seed: number, stream: Stream, i: number, j = 0): number {
  return (hash32(seed, stream, i, j) + 0.5) / 4294967296;
}

/** Standard normal, by Box and Muller. */
export function normal(seed: number, stream: Stream, i: number): number {
  const radius = Math.sqrt(-2 * Math.log(uniform(seed, stream, i, 0)));
  return radius * Math.cos(2 * Math.PI * uniform(seed, stream, i, 1));
}

/** `items` in a random order (Fisher and Yates), in place. `round` makes orders of one seed differ. */
export function shuffle(items: Int32Array, seed: number, round: number): Int32Array {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(uniform(seed, STREAMS.order, round, i) * (i + 1));
    const item = items[i]!;
    items[i] = items[j]!;
    items[j] = item;
  }
  return items;
}
