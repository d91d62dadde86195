/** Words of the help page: what each key does. */
import { localized } from "./language.ts";

export const help = localized("help.help", {
  title: "Keys and words",
  hint: "Keys work everywhere except in text fields and on controls.",
  keys: [
    ["← →", "step through the tokens"],
    ["↑ ↓", "from a token: go to the same place in the next lane"],
    ["Home End", "from a token: go to the first or last token"],
    ["Space", "run, pause, continue"],
    [".", "write one more token"],
    ["Esc", "stop the run, or close what is open"],
    ["?", "open this page"],
  ],
  areOn: "Keys are on",
});

export const page = localized("help.page", {
  close: "Close",
  typed: (label: string) => `${label}, number`,
  slider: (label: string, value: string, warning: string | null) =>
    warning === null ? `${label} ${value}` : `${label} ${value}, ${warning}`,
  chartsMissing: "The charts could not be downloaded. Check the connection and load the page again.",
  sweepMissing: "The sweep could not be downloaded. Check the connection and load the page again.",
  lensMissing: "The lens could not be downloaded. Check the connection and load the page again.",
  modelsMissing: "The list of models could not be downloaded. Check the connection and load the page again.",
  teachMissing: "The window could not be downloaded. Check the connection and load the page again.",
});
