/** The forwards that read one text: the positions that are asked for come in stretches, each going on from the cache. */
import type { TokenId } from "../../core/types.ts";
import { paddedIds } from "./inputs.ts";
import type { Forward } from "./runtime.ts";

/** Positions whose logits lie in memory at once: a row of SmolLM2's takes 197 kB, and twice that while its pieces are joined. */
export const READ_AT_ONCE = 32;

export interface Stretch {
  readonly call: Omit<Forward, "into">;
  /** Its first position among those that are asked for, and how many it has. */
  readonly from: number;
  readonly count: number;
}

/**
 * @param count how many of the last positions are asked for
 * @param most  positions at once; Infinity for models whose cache cannot be gone on from
 */
export function stretchesOf(text: readonly TokenId[], count: number, most: number): Stretch[] {
  const stretches: Stretch[] = [];
  for (let from = 0; from < count; from += most) {
    const own = Math.min(most, count - from);
    const end = text.length - count + from + own;
    const start = from === 0 ? 0 : end - own;
    const columns = end - start;
    const call = {
      rows: 1,
      columns,
      total: end,
      ids: paddedIds([text.slice(start, end)]),
      lengths: [end],
      starts: [start],
      picks: Array.from({ length: own }, (_, i) => columns - own + i),
    };
    stretches.push({ call, from, count: own });
  }
  return stretches;
}
