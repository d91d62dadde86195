/** The tokens that a value model is asked about. */
import type { TokenId } from "../core/types.ts";
import { vasCandidates } from "../core/vas.ts";
import type { Logits } from "./interfaces.ts";

/** The likeliest tokens under the policy, a token that must not be drawn left out. */
export function candidatesOf(logits: Logits, k: number, banned: TokenId | null): readonly TokenId[] {
  if (banned === null) return vasCandidates(logits, k);
  const others = vasCandidates(logits, k + 1).filter((token) => token !== banned);
  return others.slice(0, k);
}
