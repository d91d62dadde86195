/** The tokens that a head is read at: those that a lane can draw, and those that its step lists. */
import { ascending, isCut, type CutLogits } from "../../core/cut-logits.ts";
import { topIndices } from "../../core/top.ts";
import type { Logits } from "../interfaces.ts";

/** Candidates that a step tells at the most. */
const LISTED = 64;
/** Margin for rounding: a token at the very bound of plausibility must not lack its reward. */
const NEAR_BOUND = 1e-3;

/**
 * @param logits    the policy's
 * @param plausible the lane's bound of plausibility
 * @returns in ascending order: all tokens where none is implausible, else the plausible ones and the likeliest that a step lists
 */
export function drawableTokens(logits: Logits | CutLogits, plausible: number): Int32Array {
  if (isCut(logits)) return ascending(logits);
  if (plausible === 0) return Int32Array.from({ length: logits.length }, (_, token) => token);
  const listed = topIndices(logits, LISTED);
  const bound = logits[listed[0]!]! + Math.log(plausible) - NEAR_BOUND;
  // Often the bound lies among the listed ones, and no other token can pass it.
  if (!(logits[listed.at(-1)!]! >= bound)) return Int32Array.from(listed).sort();
  const tokens = new Set(listed);
  for (let v = 0; v < logits.length; v++) if (logits[v]! >= bound) tokens.add(v);
  return Int32Array.from(tokens).sort();
}
