import type * as english from "../page.ts";

export const page: typeof english.page = {
  close: "Schließen",
  typed: (label) => `${label}, Zahl`,
  slider: (label, value, warning) => (warning === null ? `${label} ${value}` : `${label} ${value}, ${warning}`),
  fetching: "Dieser Teil wird geladen.",
  missing:
    "Dieser Teil der Seite ließ sich nicht laden. Die Verbindung prüfen, dann die Seite neu laden. Einstellungen und gespeicherte Läufe bleiben, ein nicht gespeicherter Lauf geht verloren.",
  loadAgain: "Seite neu laden",
};
