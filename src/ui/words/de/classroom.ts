import type { ClassKey, ClassTrouble } from "../../../state/classroom/class-link.ts";
import { KEPT_PARTS, PARTS } from "../../../state/lessons/parts.ts";
import type * as english from "../classroom.ts";
import { count, listed, plural } from "../format.ts";
import { LANGUAGES } from "../locale.ts";

export const PART_NAMES: typeof english.PART_NAMES = {
  world: "Wahl der Welt",
  views: "Messreihe und Lupe",
  share: "Teilen und sichern",
  prompt: "Prompt",
  system: "Systemprompt und frühere Runden",
  objectives: "Ziele",
  rewards: "Belohnungen",
  "more-rewards": "Belohnungen hinzufügen und verbinden",
  strength: "Stärke",
  sampling: "Ziehen",
  seed: "Seed",
  run: "Starten",
  colours: "Farben und Ansichten des Textes",
  recordings: "Aufzeichnungen",
  lanes: "Texte",
  "lane-menus": "Menüs der Spuren",
  board: "Anzeigetafel",
  inspector: "Inspektor",
  sentence: "Was einen Satz entschied",
  comparison: "Vergleich durch einen Gutachter",
  reset: "Zurücksetzen",
};

const SHOWN_CHARACTERS = 40;

export const classroom: typeof english.classroom = {
  label: "Klassenlink",
  says: (link, hidden) => {
    const parts = [
      ...(link.hide !== null && link.hide.length > 0
        ? [hidden === 0 ? "alle Bedienelemente sind da" : awayText(hidden)]
        : []),
      ...(link.seed === null ? [] : [`der Seed ist für alle ${link.seed}`]),
    ];
    return parts.length === 0
      ? "Ein Klassenlink hat diese Seite geöffnet."
      : `Ein Klassenlink hat diese Seite geöffnet: ${listed(parts)}.`;
  },
  model: (id, isServed) =>
    isServed
      ? `Die Klasse benutzt das Modell ${id}.`
      : `Die Klasse benutzt das Modell ${id}, das dieser Server nicht hat. Die Aufzeichnungen spielen ohne es.`,
  showAll: "Alle Bedienelemente zeigen",
  hideAgain: "Nur die der Klasse zeigen",
  leave: "Den Klassenlink verlassen",
  refused: (trouble) => `Der Klassenlink in der Adresse wird nicht benutzt. ${troubleText(trouble)}`,
  allShown: "Die Seite zeigt alle Bedienelemente.",
};

function awayText(hidden: number): string {
  return hidden === 1 ? "1 Teil der Seite ist weggelassen" : `${count(hidden)} Teile der Seite sind weggelassen`;
}

function troubleText(trouble: ClassTrouble): string {
  switch (trouble.code) {
    case "damaged":
      return "Er ist abgeschnitten oder wurde unterwegs geändert. Die ganze Adresse noch einmal dort kopieren, wo sie entstand.";
    case "newer":
      return `Er entstand mit einer anderen Fassung von Tiller (${short(trouble.version)}). Die Seite neu laden, oder nach einem neuen Link fragen.`;
    case "twice":
      return `„${short(trouble.key)}“ steht zweimal darin. Eines weglassen.`;
    case "too-long":
      return `„${short(trouble.key)}“ hat ${plural(trouble.length, "Zeichen", "Zeichen")}, darf aber höchstens ${count(trouble.bound)} haben.`;
    case "unknown":
      return `„${trouble.key}“ kann nicht „${short(trouble.value)}“ sein. ${allowedText(trouble.key, trouble.value)}`;
    default:
      return trouble satisfies never;
  }
}

function allowedText(key: ClassKey, value: string): string {
  switch (key) {
    case "seed":
      return "Ein Seed ist eine ganze Zahl von 0 bis 4.294.967.295.";
    case "lang":
      return `Die Sprachen sind ${listed(LANGUAGES)}.`;
    case "look":
      return "Die einzige Anzeige ist projector.";
    case "model":
      return "Der Name eines Modells hat Buchstaben, Ziffern, „.“, „-“ und „_“.";
    case "load":
      return "Modelle laden mit „now“ sofort oder mit „click“ auf einen Klick.";
    case "hide":
      if (KEPT_PARTS.some((part) => part === value)) return `Immer da sind: ${listed(KEPT_PARTS)}.`;
      return `Verbergen lassen sich: ${listed(PARTS.filter((part) => !KEPT_PARTS.includes(part)))}.`;
    default:
      return key satisfies never;
  }
}

function short(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
