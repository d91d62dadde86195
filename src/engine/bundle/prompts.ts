/** How the bundled models' prompts become tokens. */
import { plainLetters } from "../../core/letters.ts";
import { RunError } from "../../core/errors.ts";
import type { TokenId } from "../../core/types.ts";
import { formatPrompt } from "../../objectives/template.ts";
import type { Models, PromptVariant, Tokenizer } from "../interfaces.ts";

/**
 * The template of all bundled models; the response follows after one space. An instruction is text like any other: these
 * models follow none, they continue it, and that is enough to tell two continuations apart. Letters that the models never
 * saw are read as plain ones.
 */
export function bundledPrompts(tokenizer: Tokenizer): Models["promptIds"] {
  return (_, { kind, prompt, instruction, system, turns }: PromptVariant): TokenId[] => {
    if (system !== "" || turns.length > 0) {
      const message =
        "The bundled models hold no conversation. Leave out the system prompt and earlier turns, or load a chat model.";
      throw new RunError("invalid-request", message, { path: system === "" ? "turns" : "system" });
    }
    const before = instruction === null ? "" : `${instruction.trim()}${kind === "story" ? " " : "\n"}`;
    if (!isReadable(prompt)) throw unreadable(prompt);
    return [tokenizer.bosId, ...tokenizer.encode(plainLetters(before + formatPrompt(kind, prompt)))];
  };
}

/** Some text is left in plain letters, and a prompt with letters keeps at least one of them. */
function isReadable(prompt: string): boolean {
  const plain = plainLetters(prompt);
  return plain.trim() !== "" && (/[A-Za-z0-9]/.test(plain) || !/[\p{L}\p{N}]/u.test(prompt));
}

function unreadable(prompt: string): RunError {
  const shown = prompt.trim().slice(0, 40);
  const message = `The bundled models read only Latin letters and digits, and “${shown}” has none. Write the prompt in English, or load another model.`;
  return new RunError("invalid-request", message, { prompt: shown });
}
