/** The tokens that a value model is asked about. */
import { isCut, type CutLogits } from "../../core/cut-logits.ts";
import type { TokenId } from "../../core/types.ts";
import { vasCandidates } from "../../core/vas.ts";
import type { Logits } from "../interfaces.ts";

/** The likeliest tokens under the policy, tokens that must not be drawn left out. */
export function likeliestCandidates(
  logits: Logits | CutLogits,
  k: number,
  banned: ReadonlySet<TokenId>,
): readonly TokenId[] {
  if (isCut(logits)) return [...logits.ids.subarray(0, k)];
  if (banned.size === 0) return vasCandidates(logits, k);
  const others = vasCandidates(logits, k + banned.size).filter((token) => !banned.has(token));
  return others.slice(0, k);
}
