import { JUDGES } from "../../../core/judges.ts";
import type { Writing } from "../../../state/settings/worlds.ts";
import { bytes, listed, oneOf } from "../format.ts";
import type * as english from "../rail.ts";
import { OBJECTIVE_NAMES } from "./names.ts";

export const rail: typeof english.rail = {
  title: "Einstellungen",
  close: "Einstellungen schließen",
  objectives: "Ziele",
  sources: "Belohnungen ohne Training",
  rewards: "Belohnungen",
  strength: "Stärke",
  strengthSlider: "1/β",
  strengthHint:
    "Wie weit sich der Text vom ungesteuerten Ziehen entfernen darf. Spuren mit demselben β haben dasselbe Ziel.",
  sampling: "Ziehen",
  kept: "Einstellungen bleiben auf diesem Gerät.",
  reset: "Alles zurücksetzen",
  broken: "Die gesicherten Einstellungen waren nicht zu lesen. Das sind die Vorgaben.",
};

const PLACEHOLDERS: Readonly<Record<Writing, string>> = {
  story: "Ein Anfangssatz, auf Englisch",
  advice: "Eine Frage, wie man etwas macht, auf Englisch",
  chat: "Eine Frage oder Aufgabe, auf Englisch",
  base: "Der Anfang eines Textes, auf Englisch",
};
const PROMPT_HINTS: Readonly<Record<Writing, string>> = {
  story: "Die Geschichte geht von hier weiter. Jeder englische Text geht.",
  advice: "Das Modell antwortet mit einem Rat. Jeder englische Text geht.",
  chat: "Das Modell antwortet. Auf Englisch schreiben: Ein kleines Modell kann andere Sprachen kaum.",
  base: "Das Modell schreibt von hier weiter. Fragen beantwortet es nicht.",
};

export const promptBox: typeof english.promptBox = {
  label: "Prompt",
  kind: "Art des Textes",
  placeholder: (writing) => PLACEHOLDERS[writing],
  hint: (writing) => PROMPT_HINTS[writing],
  another: "Einen anderen Prompt probieren",
  readAs: (prompt) =>
    prompt.trim() === ""
      ? "Die eigenen Modelle der Seite lesen nur lateinische Buchstaben. Auf Englisch schreiben, oder ein anderes Modell laden."
      : `Die eigenen Modelle der Seite lesen nur einfache Buchstaben und Zeichen. Sie lesen: ${prompt}`,
};

export const objectives: typeof english.objectives = {
  otherKind: (kind) => (kind === "story" ? "nur bei Rat" : "nur bei Geschichten"),
  notRewarded: "kein geladenes Modell belohnt es: auf 0 stellen",
  away: "steuert davon weg",
  hub: "Die Ziele gehören zu den eigenen Modellen der Seite. Modelle vom Hub mit Belohnungen ohne Training steuern.",
  allZero: "Alle Ziele stehen auf 0, also steuert keines. Einen Regler bewegen, um zu steuern.",
};

export const sampling: typeof english.sampling = {
  temperature: "Temperatur",
  plausible: "Plausibel",
  truncation: "Abschneiden",
  topK: "Top-k",
  topP: "Top-p",
  minP: "Min-p",
  length: "Länge",
  n: "Proben N",
  k: "Kandid. k",
};

export const seed: typeof english.seed = {
  label: "Seed",
  roll: "Einen anderen Seed ziehen",
  keep: "Den Seed für den nächsten Lauf behalten",
  keepTitle: (isLocked) => (isLocked ? "Der nächste Lauf nimmt diesen Seed" : "Jeder Lauf zieht einen neuen Seed"),
  held: "Der Klassenlink hat den Seed gesetzt, damit alle denselben Text bekommen.",
};

export const judges: typeof english.judges = {
  hint: (judge) => {
    const known = listed(JUDGES.fallible.objectives.map((id) => OBJECTIVE_NAMES[id]));
    return judge === "judge"
      ? `Der sorgfältige Gutachter bewertet und ordnet die Läufe. Stattdessen gibt es fünf fehlbare Gutachter. Sie lernten aus wenigen Beispielen, und einige davon waren falsch. Sie bewerten nur ${known} und sind sich nicht einig. So lässt sich ihr Mittel mit dem schlechtesten von ihnen vergleichen.`
      : `Ab dem nächsten Lauf bewerten und ordnen fünf fehlbare Gutachter. Sie bewerten nur ${known}.`;
  },
  use: (judge) =>
    judge === "judge" ? judges.useCareful : `Fünf fehlbare Gutachter nehmen (${bytes(JUDGES.fallible.bytes)})`,
  useCareful: "Den sorgfältigen Gutachter nehmen",
  notScored: (ids) =>
    `Die fünf fehlbaren Gutachter bewerten ${oneOf(ids.map((id) => OBJECTIVE_NAMES[id]))} nicht. Best-of-N kann danach nicht ordnen, also wird der nächste Lauf scheitern. Es auf 0 stellen, die Spur entfernen oder den sorgfältigen Gutachter nehmen.`,
};
