/** What is said of saved runs and of a browser that will not keep them. */
import type { SavedRun, SavedTrouble } from "../../state/keep/saved-runs.svelte.ts";
import { bytes, plural } from "./format.ts";

export function troubleWords({ type, detail }: SavedTrouble): string {
  switch (type) {
    case "full":
      return "The browser has no more room for this page. Nothing was changed. Delete a saved run, or keep this one with “Save as a file”.";
    case "unavailable":
      return `This browser keeps nothing for the page, as some private windows do. Use “Save as a file” instead. (${detail})`;
    case "broken":
      return `This run cannot be opened: ${detail}. It stays here; Export saves it as it is.`;
    case "missing":
      return "This run is gone: another tab or the browser has cleared it.";
    default:
      return type satisfies never;
  }
}

export function summary(runs: readonly SavedRun[]): string {
  const total = runs.reduce((sum, run) => sum + (run.about?.bytes ?? 0), 0);
  return `${plural(runs.length, "saved run")}, ${bytes(total)}`;
}

/** In the visitor's own time zone, the same words everywhere: "24 Nov 2026, 18:05". */
export function dateText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime())
    ? "some day"
    : date.toLocaleString("en-GB", {
        day: "numeric",
        month: "short",
        year: "numeric",
        hour: "2-digit",
        minute: "2-digit",
      });
}
