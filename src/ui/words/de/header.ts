import type { Theme } from "../../../state/settings/prefs.svelte.ts";
import type * as english from "../header.ts";

const THEMES: Readonly<Record<Theme, string>> = {
  auto: "Farben: wie das System",
  light: "Farben: hell",
  dark: "Farben: dunkel",
};

export const header: typeof english.header = {
  brand: ["t", "i", "ller"],
  views: "Ansichten",
  playground: "Spielwiese",
  sweep: "Messreihe",
  lens: "Lupe",
  lessons: "Lektionen",
  tools: "Teilen, Anzeige und Hilfe",
  theme: (theme) => THEMES[theme],
  projector: "Projektormodus",
  projectorTitle: "Projektormodus: größere Schrift, zwei Spuren",
  help: "Tasten und Begriffe",
  helpTitle: "Tasten und Begriffe (?)",
  language: "Sprache",
  languageTitle: "Sprache / Language",
  languageHint:
    "Die Seite wird neu geladen. Einstellungen und gespeicherte Läufe bleiben, ein nicht gespeicherter Lauf geht verloren.",
  languageBusy: "Die Sprache lässt sich wechseln, wenn nichts läuft.",
  modelLanguage:
    "Für die Modelle gilt das nicht: Die kleinen schreiben Englisch. Prompts deshalb auf Englisch schreiben.",
};
