/** Words of the drawer of saved runs, also where the browser does not keep them. */
import type { SavedRun, SavedTrouble } from "../../state/keep/saved-runs.svelte.ts";
import type { SavedAbout } from "../../state/keep/saved-runs.svelte.ts";
import { lanes } from "./counts.ts";
import { bytes, plural } from "./format.ts";
import { KIND_NAMES } from "./names.ts";
import { localized } from "./language.ts";
import { localeTag } from "./locale.ts";

export const savedRuns = localized("saved.savedRuns", {
  title: "Saved runs",
  name: "Name of the run on the screen",
  notOver: "no run is finished yet",
  keep: "Keep this run",
  hint: "Runs are kept in this browser, on this device. The browser may delete them when it needs room, and a private window deletes them when it closes. Export the runs that you must not lose.",
  saved: (name: string) => `Saved as “${name}”.`,
  deleted: (name: string | undefined) =>
    name === undefined ? "A run that could not be read is deleted." : `“${name}” is deleted.`,
  undo: "Undo",
  looking: "Looking…",
  none: "No runs are kept yet.",
});

export const savedRow = localized("saved.savedRow", {
  unreadable: "A run that cannot be read",
  newName: (name: string) => `New name of ${name}`,
  open: "Open",
  rename: "Rename",
  export: "Export",
  remove: "Delete",
  /** For a screen reader, which hears the buttons of all rows. */
  label: (action: string, name: string) => `${action} ${name}`,
});

/** When a run was kept, what it holds and how large it is. */
export const aboutText = localized(
  "saved.aboutText",
  ({ savedAt, kind, lanes: names, bytes: size }: SavedAbout): string => {
    return [dateText(savedAt), KIND_NAMES[kind], `${lanes(names.length)}: ${names.join(", ")}`, bytes(size)].join(
      " · ",
    );
  },
);

export const troubleWords = localized("saved.troubleWords", ({ type, detail }: SavedTrouble): string => {
  switch (type) {
    case "full":
      return "The browser has no more room for this page. Nothing was changed. Delete a saved run, or keep this one with “Save as a file”.";
    case "unavailable":
      return `This browser keeps nothing for the page. Private windows of some browsers do the same. Use “Save as a file” instead. (${detail})`;
    case "broken":
      return `This run cannot be opened: ${detail}. It stays here, and Export saves it as it is.`;
    case "missing":
      return "This run is gone. Another tab or the browser deleted it.";
    default:
      return type satisfies never;
  }
});

export const summary = localized("saved.summary", (runs: readonly SavedRun[]): string => {
  const total = runs.reduce((sum, run) => sum + (run.about?.bytes ?? 0), 0);
  return `${plural(runs.length, "saved run")}, ${bytes(total)}`;
});

/** In the visitor's own time zone, the same words everywhere: "24 Nov 2026, 18:05". */
export const dateText = localized("saved.dateText", (ms: number): string => {
  const date = new Date(ms);
  return Number.isNaN(date.getTime())
    ? "date unknown"
    : date.toLocaleString(localeTag(), {
        day: "numeric",
        month: "short",
        year: "numeric",
        hour: "2-digit",
        minute: "2-digit",
      });
});
