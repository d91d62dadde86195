/** How a prompt becomes the text that a model reads; the same rules as `template.py` of the training side. */
import type { Kind } from "../core/types.ts";

const LEADING_Q = /^[ \t\r\n]*q:[ \t\r\n]*/i;
const TRAILING_A = /(?<![A-Za-z])a:[ \t\r\n]*$/i;
const OUTER_SPACE = /^[ \t\r\n]+|[ \t\r\n]+$/g;

function strip(text: string): string {
  return text.replace(OUTER_SPACE, "");
}

/** The question itself: a leading `Q:` and a trailing `A:` are stripped, in any case. */
export function bareQuestion(prompt: string): string {
  return strip(prompt.replace(LEADING_Q, "").replace(TRAILING_A, ""));
}

/** Text given to the model; a response is appended after one space. */
export function formatPrompt(kind: Kind, prompt: string): string {
  return kind === "story" ? strip(prompt) : `Q: ${bareQuestion(prompt)}\nA:`;
}
