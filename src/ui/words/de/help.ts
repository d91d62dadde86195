import type * as english from "../help.ts";

export const help: typeof english.help = {
  title: "Tasten und Begriffe",
  hint: "Tasten gelten überall, außer in Textfeldern und auf Bedienelementen.",
  keys: [
    ["← →", "durch die Tokens gehen"],
    ["↑ ↓", "von einem Token: zur selben Stelle der nächsten Spur"],
    ["Pos1 Ende", "von einem Token: zum ersten oder letzten Token"],
    ["Leertaste", "starten, anhalten, weiter"],
    [".", "ein weiteres Token schreiben"],
    ["Esc", "den Lauf beenden, oder schließen, was offen ist"],
    ["?", "diese Seite öffnen"],
  ],
  areOn: "Tasten sind an",
};

export const page: typeof english.page = {
  close: "Schließen",
  typed: (label) => `${label}, Zahl`,
  slider: (label, value, warning) => (warning === null ? `${label} ${value}` : `${label} ${value}, ${warning}`),
  chartsMissing: "Die Diagramme ließen sich nicht laden. Die Verbindung prüfen und die Seite neu laden.",
  sweepMissing: "Die Messreihe ließ sich nicht laden. Die Verbindung prüfen und die Seite neu laden.",
  lensMissing: "Die Lupe ließ sich nicht laden. Die Verbindung prüfen und die Seite neu laden.",
  modelsMissing: "Die Liste der Modelle ließ sich nicht laden. Die Verbindung prüfen und die Seite neu laden.",
  teachMissing: "Das Fenster ließ sich nicht laden. Die Verbindung prüfen und die Seite neu laden.",
};
