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
};
