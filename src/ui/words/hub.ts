/** What the model picker says of forms, obstacles, checks and addresses. */
import type { Dtype, NumericCheck } from "../../core/hub.ts";
import type { RepoReport } from "../../../workers/protocol.ts";
import type { Folders } from "../../state/hub/folders.svelte.ts";
import type { Turnover } from "../../state/hub/hub-models.svelte.ts";
import type { Typed } from "../../state/hub/typed-address.ts";
import { fixed } from "./format.ts";

export const FORMS: Readonly<Record<Dtype, string>> = {
  fp32: "full precision",
  fp16: "16-bit",
  q4: "4-bit",
  q4f16: "4-bit, computes in 16-bit",
  q8: "8-bit",
};

export const OBSTACLES: Readonly<Record<NonNullable<RepoReport["forms"][number]["obstacle"]>, string>> = {
  "q8-on-card": "not on a graphics card: its 8-bit arithmetic gives wrong numbers there",
  "card-without-f16": "this graphics card computes no 16-bit numbers",
  "f16-on-processor": "the processor has no fast 16-bit arithmetic",
};

export const ROLES = { chat: "answers", base: "continues text", classifier: "judges texts" } as const;

const PROBLEMS: Readonly<Record<Extract<Typed, { ok: false }>["problem"], string>> = {
  "no-id": "An id looks like owner/name, as in HuggingFaceTB/SmolLM2-135M-Instruct.",
  "no-address": "A mirror is a web address that begins with https://.",
  "not-https": "http:// works for this machine only; use https://.",
  "has-password": "Leave out the name and the password: they would be kept in this browser.",
};

export function problemWords(typed: Extract<Typed, { ok: false }>): string {
  return PROBLEMS[typed.problem];
}

export const FOLDER_PROBLEMS: Readonly<Record<NonNullable<Folders["problem"]>, string>> = {
  refused: "The browser did not open the folder. Allow it to be read when it asks, or choose it once more.",
  empty: "The folder is empty; choose the one that holds config.json.",
  gone: "The folder cannot be read any more: it was moved, renamed or deleted. Choose it once more.",
};

const UNCHECKED: Readonly<Record<Extract<NumericCheck, { status: "unchecked" }>["why"], string>> = {
  "runs-on-processor": "runs on the processor, which the check compares with",
  "too-large": "not compared with the processor: it is too large to be there as well",
  form: "not compared with the processor, which has no such 16-bit form",
};

export function checkWords(check: NumericCheck): string {
  if (check.status === "unchecked") return UNCHECKED[check.why];
  const found = `largest difference ${fixed(check.maxDifference, 4)}`;
  const top = check.hasSameTop ? "same five likeliest tokens" : "other likeliest tokens";
  return check.status === "agrees"
    ? `agrees with the processor: ${top}, ${found}`
    : `differs from the processor: ${top}, ${found}`;
}

export function turnoverWords({ unloaded, terms, isBackToBundled }: Turnover): string {
  const names = terms.map((name) => `“${name}”`).join(", ");
  if (isBackToBundled) return `The page’s own models are back, with their settings. These rewards are gone: ${names}.`;
  if (unloaded === null) return `Rewards whose models are not loaded any more were removed: ${names}.`;
  const gone = terms.length === 0 ? "No reward asked it." : `Removed with it, because they ask it: ${names}.`;
  return `${unloaded} is unloaded, and its memory is free for others. ${gone}`;
}
