/** Tokens that a run must not draw. */
import type { RunRequest, TokenId } from "../../core/types.ts";
import type { Tokenizer } from "../interfaces.ts";

/** Every end token, where text must go on; else none. */
export function bannedOf({ suppressEnd }: RunRequest, { endIds }: Pick<Tokenizer, "endIds">): ReadonlySet<TokenId> {
  return new Set(suppressEnd === true ? endIds : []);
}
