import { bytes, plural } from "../format.ts";
import { localeTag } from "../locale.ts";
import type * as english from "../saved.ts";
import { lanes } from "./counts.ts";
import { KIND_NAMES } from "./names.ts";

export const savedRuns: typeof english.savedRuns = {
  title: "Gespeicherte Läufe",
  name: "Name des Laufs auf dem Bildschirm",
  notOver: "noch ist kein Lauf zu Ende",
  keep: "Diesen Lauf behalten",
  hint: "Läufe werden in diesem Browser behalten, auf diesem Gerät. Der Browser darf sie löschen, wenn er Platz braucht, und ein privates Fenster löscht sie beim Schließen. Läufe exportieren, die nicht verloren gehen dürfen.",
  saved: (name) => `Gespeichert als „${name}“.`,
  deleted: (name) =>
    name === undefined ? "Ein Lauf, der nicht zu lesen war, ist gelöscht." : `„${name}“ ist gelöscht.`,
  undo: "Rückgängig",
  looking: "Wird nachgesehen …",
  none: "Noch ist kein Lauf behalten.",
};

export const savedRow: typeof english.savedRow = {
  unreadable: "Ein Lauf, der nicht zu lesen ist",
  newName: (name) => `Neuer Name von ${name}`,
  open: "Öffnen",
  rename: "Umbenennen",
  export: "Exportieren",
  remove: "Löschen",
  label: (action, name) => `${name}: ${action}`,
};

export const dateText: typeof english.dateText = (ms) => {
  const date = new Date(ms);
  return Number.isNaN(date.getTime())
    ? "Datum unbekannt"
    : date.toLocaleString(localeTag(), {
        day: "numeric",
        month: "short",
        year: "numeric",
        hour: "2-digit",
        minute: "2-digit",
      });
};

export const aboutText: typeof english.aboutText = ({ savedAt, kind, lanes: names, bytes: size }) =>
  [dateText(savedAt), KIND_NAMES[kind], `${lanes(names.length)}: ${names.join(", ")}`, bytes(size)].join(" · ");

export const troubleWords: typeof english.troubleWords = ({ type, detail }) => {
  switch (type) {
    case "full":
      return "Der Browser hat für diese Seite keinen Platz mehr. Nichts wurde geändert. Einen gespeicherten Lauf löschen, oder diesen mit „Als Datei sichern“ behalten.";
    case "unavailable":
      return `Dieser Browser behält nichts für die Seite. Private Fenster mancher Browser tun das auch nicht. Stattdessen „Als Datei sichern“ nehmen. (${detail})`;
    case "broken":
      return `Dieser Lauf lässt sich nicht öffnen: ${detail}. Er bleibt hier, und „Exportieren“ sichert ihn, wie er ist.`;
    case "missing":
      return "Diesen Lauf gibt es nicht mehr. Ein anderer Tab oder der Browser hat ihn gelöscht.";
    default:
      return type satisfies never;
  }
};

export const summary: typeof english.summary = (runs) => {
  const total = runs.reduce((sum, run) => sum + (run.about?.bytes ?? 0), 0);
  return `${plural(runs.length, "gespeicherter Lauf", "gespeicherte Läufe")}, ${bytes(total)}`;
};
