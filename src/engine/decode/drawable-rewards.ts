/** A head's rewards of the tokens that a lane can draw, and of those that its step lists; one product a token. */
import type { StateFeatures } from "../../core/heads/features.ts";
import { topIndices } from "../../core/top.ts";
import type { Logits, PushingHead } from "../interfaces.ts";

/** Candidates that a step tells at the most. */
const LISTED = 64;
/** Margin for rounding: a token at the very bound of plausibility must not lack its reward. */
const NEAR_BOUND = 1e-3;

/**
 * @param logits    the policy's
 * @param plausible the lane's bound of plausibility
 * @returns r(v), `[V]`, NaN for the other tokens
 */
export function drawableRewards(
  head: PushingHead,
  features: StateFeatures,
  logits: Logits,
  plausible: number,
): Float32Array {
  const rewards = new Float32Array(logits.length).fill(NaN);
  const tokens = drawableTokens(logits, plausible);
  head.rewards(features, tokens).forEach((reward, i) => (rewards[tokens[i]!] = reward));
  return rewards;
}

/** @returns all tokens where none is implausible, else the plausible ones and the likeliest that a step lists */
function drawableTokens(logits: Logits, plausible: number): Int32Array {
  if (plausible === 0) return Int32Array.from({ length: logits.length }, (_, token) => token);
  const listed = topIndices(logits, LISTED);
  const bound = logits[listed[0]!]! + Math.log(plausible) - NEAR_BOUND;
  const tokens = new Set(listed);
  for (let v = 0; v < logits.length; v++) if (logits[v]! >= bound) tokens.add(v);
  return Int32Array.from(tokens);
}
