/** What the models dialog says of forms, obstacles, addresses and rewards that had to go. */
import { listed } from "./format.ts";
import type { Dtype } from "../../core/hub.ts";
import type { RepoReport } from "../../../workers/protocol.ts";
import type { Folders } from "../../state/hub/folders.svelte.ts";
import type { Turnover } from "../../state/hub/hub-models.svelte.ts";
import type { Typed } from "../../state/hub/typed-address.ts";

import { localized } from "./language.ts";

export const FORMS: Readonly<Record<Dtype, string>> = localized("hub.FORMS", {
  fp32: "full precision",
  fp16: "16-bit",
  q4: "4-bit",
  q4f16: "4-bit, computes in 16-bit",
  q8: "8-bit",
});

export const OBSTACLES: Readonly<Record<NonNullable<RepoReport["forms"][number]["obstacle"]>, string>> = localized(
  "hub.OBSTACLES",
  {
    "q8-on-card": "8-bit arithmetic gives wrong numbers on graphics cards",
    "card-without-f16": "this graphics card cannot compute with 16-bit numbers",
    "f16-on-processor": "the processor has no fast 16-bit arithmetic",
  },
);

export const ROLES = localized("hub.ROLES", { chat: "answers", base: "continues text", classifier: "judges texts" });

const PROBLEMS: Readonly<Record<Extract<Typed, { ok: false }>["problem"], string>> = {
  "no-id": "An id looks like owner/name, as in HuggingFaceTB/SmolLM2-135M-Instruct.",
  "no-address": "A mirror is a web address that begins with https://.",
  "not-https": "An address with http:// works for this machine only. Use https://.",
  "has-password": "Leave out the name and the password, because this browser would keep them.",
};

export const problemWords = localized("hub.problemWords", (typed: Extract<Typed, { ok: false }>): string => {
  return PROBLEMS[typed.problem];
});

export const FOLDER_PROBLEMS: Readonly<Record<NonNullable<Folders["problem"]>, string>> = localized(
  "hub.FOLDER_PROBLEMS",
  {
    refused: "The browser did not open the folder. Choose it again and allow the page to read it.",
    empty: "The folder is empty. Choose the folder that holds config.json.",
    gone: "The folder was moved, renamed or deleted. Choose it again.",
  },
);

export const turnoverWords = localized(
  "hub.turnoverWords",
  ({ unloaded, terms, isBackToBundled }: Turnover): string => {
    const names = listed(terms.map((name) => `“${name}”`));
    if (isBackToBundled)
      return `The page’s own models are back, with their settings. These rewards were removed: ${names}.`;
    if (unloaded === null) return `These rewards were removed, because their models are no longer loaded: ${names}.`;
    const removed = terms.length === 0 ? "No reward used it." : `These rewards used it and were removed: ${names}.`;
    return `${unloaded} is unloaded, and its memory is free. ${removed}`;
  },
);
