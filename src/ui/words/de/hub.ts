import type { Typed } from "../../../state/hub/typed-address.ts";
import { listed } from "../format.ts";
import type * as english from "../hub.ts";

export const FORMS: typeof english.FORMS = {
  fp32: "volle Genauigkeit",
  fp16: "16 Bit",
  q4: "4 Bit",
  q4f16: "4 Bit, rechnet in 16 Bit",
  q8: "8 Bit",
};

export const OBSTACLES: typeof english.OBSTACLES = {
  "q8-on-card": "8-Bit-Rechnung gibt auf Grafikkarten falsche Zahlen",
  "card-without-f16": "diese Grafikkarte kann nicht mit 16-Bit-Zahlen rechnen",
  "f16-on-processor": "der Prozessor kann 16-Bit-Zahlen nicht schnell rechnen",
};

export const ROLES: typeof english.ROLES = {
  chat: "antwortet",
  base: "schreibt Text weiter",
  classifier: "bewertet Texte",
};

const PROBLEMS: Readonly<Record<Extract<Typed, { ok: false }>["problem"], string>> = {
  "no-id": "Eine Kennung sieht aus wie Besitzer/Name, etwa HuggingFaceTB/SmolLM2-135M-Instruct.",
  "no-address": "Ein Spiegel ist eine Web-Adresse, die mit https:// beginnt.",
  "not-https": "Eine Adresse mit http:// geht nur für dieses Gerät. https:// nehmen.",
  "has-password": "Namen und Passwort weglassen, denn dieser Browser würde sie behalten.",
};

export const problemWords: typeof english.problemWords = (typed) => PROBLEMS[typed.problem];

export const FOLDER_PROBLEMS: typeof english.FOLDER_PROBLEMS = {
  refused: "Der Browser hat den Ordner nicht geöffnet. Noch einmal wählen und der Seite das Lesen erlauben.",
  empty: "Der Ordner ist leer. Den Ordner wählen, in dem config.json liegt.",
  gone: "Der Ordner wurde verschoben, umbenannt oder gelöscht. Noch einmal wählen.",
};

export const turnoverWords: typeof english.turnoverWords = ({ unloaded, terms, isBackToBundled }) => {
  const names = listed(terms.map((name) => `„${name}“`));
  if (isBackToBundled)
    return `Die eigenen Modelle der Seite sind zurück, mit ihren Einstellungen. Diese Belohnungen wurden entfernt: ${names}.`;
  if (unloaded === null)
    return `Diese Belohnungen wurden entfernt, weil ihre Modelle nicht mehr geladen sind: ${names}.`;
  const removed =
    terms.length === 0
      ? "Keine Belohnung hat es benutzt."
      : `Diese Belohnungen haben es benutzt und wurden entfernt: ${names}.`;
  return `${unloaded} ist entladen, und sein Speicher ist frei. ${removed}`;
};
