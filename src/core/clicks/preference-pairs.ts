/** Clicks as preference pairs: JSON lines that training programs read. */
import type { Choice } from "./taste.ts";

/** Two answers as they stood side by side. */
export interface JudgedPair {
  readonly prompt: string;
  readonly left: string;
  readonly right: string;
  readonly choice: Choice;
}

/** `{"prompt", "chosen", "rejected"}` a line. "Same" is no preference and has no line. */
export function preferencePairs(pairs: readonly JudgedPair[]): string {
  const lines = pairs.flatMap(({ prompt, left, right, choice }) => {
    if (choice === "same") return [];
    const [chosen, rejected] = choice === "left" ? [left, right] : [right, left];
    return [`${JSON.stringify({ prompt, chosen, rejected })}\n`];
  });
  return lines.join("");
}
