/** Words of what every part of the page may need: closing, sliders, and code that is on its way. */
import { localized } from "./language.ts";

export const page = localized("page.page", {
  close: "Close",
  typed: (label: string) => `${label}, number`,
  slider: (label: string, value: string, warning: string | null) =>
    warning === null ? `${label} ${value}` : `${label} ${value}, ${warning}`,
  fetching: "This part is being downloaded.",
  missing:
    "This part of the page could not be downloaded. Check the connection, then load the page again. Settings and saved runs stay, and a run that is not saved goes.",
  loadAgain: "Load the page again",
});
