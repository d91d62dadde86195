import type { UpdateState } from "../../../state/update/updates.svelte.ts";
import type * as english from "../update.ts";

const HINTS: Readonly<Record<UpdateState, string>> = {
  none: "",
  ready: "Einstellungen und gespeicherte Läufe bleiben. Ein Lauf, der nicht gespeichert ist, geht verloren.",
  switching: "Die Seite wird neu geladen …",
  others: "Tiller ist auch in einem anderen Tab offen. Ihn dort schließen, dann noch einmal drücken.",
  gone: "Sie antwortet nicht. Alle Tabs von Tiller schließen und die Seite neu öffnen.",
};

export const updateLine: typeof english.updateLine = {
  ready: "Eine neue Version ist bereit.",
  use: "Jetzt verwenden",
  later: "Später",
  busy: "Ein Lauf ist im Gang. Die neue Version wartet bis zu seinem Ende.",
  hint: (state) => HINTS[state],
};
