/** Whether two requests ask for the same text. */
import type { RunRequest } from "../../core/types.ts";
import { requestNow, type RunView } from "./view.ts";

/** Equal in all but the seed, which changes by itself when it is not locked; the order of keys means nothing. */
export function isSameRequest(a: RunRequest, b: RunRequest): boolean {
  return canonical(a) === canonical(b);
}

function canonical(request: RunRequest): string {
  return JSON.stringify({ ...request, seed: 0 }, (_, value: unknown) => {
    // JSON has no Infinity, and strength 0 must not equal a missing beta.
    if (value === Infinity) return "Infinity";
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([x], [y]) => (x < y ? -1 : 1)));
  });
}

/** Whether the text on the screen came from another request than the settings ask for now. */
export function isOfOtherSettings(view: RunView, request: RunRequest): boolean {
  const shown = requestNow(view);
  return shown !== null && !isSameRequest(request, shown);
}
