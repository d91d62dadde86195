/** How the bundled models' prompts become tokens. */
import type { TokenId } from "../../core/types.ts";
import { formatPrompt } from "../../objectives/template.ts";
import type { Models, PromptVariant, Tokenizer } from "../interfaces.ts";

/**
 * The template of all bundled models; the response follows after one space. An instruction is text like any other: these
 * models follow none, they continue it, and that is enough to tell two continuations apart.
 */
export function bundledPrompts(tokenizer: Tokenizer): Models["promptIds"] {
  return (_, { kind, prompt, instruction }: PromptVariant): TokenId[] => {
    const before = instruction === null ? "" : `${instruction.trim()}${kind === "story" ? " " : "\n"}`;
    return [tokenizer.bosId, ...tokenizer.encode(before + formatPrompt(kind, prompt))];
  };
}
