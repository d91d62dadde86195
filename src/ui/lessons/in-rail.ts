/** Parts that stand in the rail, which a narrow screen folds away. */
import type { Part } from "../../state/lessons/parts.ts";

const IN_RAIL: readonly Part[] = [
  "prompt",
  "system",
  "objectives",
  "rewards",
  "more-rewards",
  "strength",
  "sampling",
  "seed",
  "reset",
];

export function isInRail(part: Part): boolean {
  return IN_RAIL.includes(part);
}
