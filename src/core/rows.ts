/** Lanes and rows: how many sequences a strategy writes at once. */
import type { Strategy } from "./types.ts";

/** Rows that a lane occupies in the batch, at the most. */
export function rowsOf(strategy: Strategy): number {
  if (strategy.id === "blockwise") return strategy.k;
  return "n" in strategy ? strategy.n : 1;
}
