/** Words of the line that announces a newer version of the page. */
import type { UpdateState } from "../../state/update/updates.svelte.ts";
import { localized } from "./language.ts";

const HINTS: Readonly<Record<UpdateState, string>> = {
  none: "",
  ready: "Settings and saved runs stay. A run that is not saved goes.",
  switching: "The page is loaded again …",
  others: "Tiller is open in another tab too. Close it there, then press again.",
  gone: "It does not answer. Close all tabs of Tiller and open it again.",
};

export const updateLine = localized("update.updateLine", {
  ready: "A new version is ready.",
  use: "Use it now",
  later: "Later",
  busy: "A run is under way. The new version waits for its end.",
  hint: (state: UpdateState) => HINTS[state],
});
