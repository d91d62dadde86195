import { SOURCE_LIMITS, type JsonShape, type Rule, type SourceSpec } from "../../../core/sources/spec.ts";
import { fixed, plural } from "../format.ts";
import type * as english from "../sources.ts";

export const SOURCE_TYPE_NAMES: typeof english.SOURCE_TYPE_NAMES = {
  contrastive: "Gegensatz von Prompts",
  "sibling-ratio": "Verhältnis von Geschwistern",
  sibling: "Abgestimmtes Geschwister",
  classifier: "Klassifikator",
  "follow-up": "Wahrscheinlichkeit der Erwiderung",
  "average-logprob": "Mittlere Log-Wahrscheinlichkeit",
  head: "Belohnungs-Head",
  rule: "Regel",
  scorer: "Bewerter",
};

export const RULE_NAMES: typeof english.RULE_NAMES = {
  length: "Länge",
  keywords: "Stichwörter",
  readability: "Lesbarkeit",
  json: "Gültiges JSON",
  pattern: "Muster",
};

export const JSON_SHAPE_NAMES: typeof english.JSON_SHAPE_NAMES = {
  any: "beliebiges JSON",
  object: "ein Objekt { … }",
  array: "eine Liste [ … ]",
};

export const sourceList: typeof english.sourceList = {
  empty:
    "Eine Belohnung hinzufügen, die kein Training braucht: ein Modell unter zwei Prompts, zwei Modelle oder eine Regel.",
  kind: "Art der Quelle",
  add: "Hinzufügen",
  addThis: "Diese Quelle hinzufügen",
  option: (type, isAvailable) =>
    isAvailable ? SOURCE_TYPE_NAMES[type] : `${SOURCE_TYPE_NAMES[type]} (nichts geladen)`,
  full: `Bis zu ${SOURCE_LIMITS.sources} Quellen sind möglich. Eine entfernen, um eine andere hinzuzufügen.`,
};

export const sourceEntry: typeof english.sourceEntry = {
  needsLane: (spec) => {
    if (spec.type === "classifier" || (spec.type === "head" && spec.kind === "value"))
      return "Keine Spur hier kann diese Quelle benutzen. Eine VAS- oder Best-of-N-Spur hinzufügen.";
    return spec.type === "contrastive" ||
      spec.type === "sibling-ratio" ||
      spec.type === "sibling" ||
      spec.type === "head"
      ? "Keine Spur hier kann diese Quelle benutzen. Eine GenARM- oder Best-of-N-Spur hinzufügen."
      : "Keine Spur hier kann diese Quelle benutzen. Eine Best-of-N-Spur hinzufügen.";
  },
  afterRun: "Diese Quelle kam nach dem Lauf dazu oder wurde danach geändert. Neu starten, um sie zu benutzen.",
  edit: (name) => `${name}: ändern und erklären`,
  name: "Name",
  formula: "Formel",
  acts: "Wirkt",
  costs: "Kostet",
  weak: "Schwäche",
  unit: "Einheit",
  remove: (name) => `${name} entfernen`,
};

export const sourceFields: typeof english.sourceFields = {
  model: "Modell",
  label: "Label",
  noModel: "keines geladen",
  strong: "Stark",
  weak: "Schwach",
  criteria: "Maßstab",
  better: "Besser",
  worse: "Schlechter",
  pleased: "Zufrieden",
  displeased: "Unzufrieden",
  onePerLine: "eins pro Zeile",
  rule: "Regel",
  words: "Wörter",
  schoolYear: "Schuljahr",
  wanted: "Gewünscht",
  unwanted: "Unerwünscht",
  pattern: "Muster",
  shape: "Gewünscht",
};

const TOKENS = "Steuert GenARM-Spuren. In Best-of-N-Spuren ordnet ihr Mittel über den Text die Proben.";
const TEXTS = "Ordnet die Proben von Best-of-N-Spuren. Steuert kein Token.";
const NATS = "nat. Kein Koeffizient wurde trainiert, also b = 1.";
const NATS_A_TOKEN = "nat pro Token. Kein Koeffizient wurde trainiert, also b = 1.";

export const sourceCard: typeof english.sourceCard = (spec: SourceSpec, outputs: number | null = null) => {
  switch (spec.type) {
    case "contrastive":
      return {
        formula: "r(v) = log π(v | besser) − log π(v | schlechter)",
        acts: TOKENS,
        cost: "Zwei Zeilen ihres Modells pro Token, in einem Durchgang.",
        weak: "Ein kleines Modell schreibt eine Anweisung vielleicht weiter, statt ihr zu folgen. Dann hebt es auch die Wörter der Anweisung.",
        unit: NATS,
      };
    case "sibling-ratio":
      return {
        formula: "r(v) = log π_stark(v) − log π_schwach(v)",
        acts: TOKENS,
        cost: "Eine Zeile jedes Modells pro Token. Ein Modell, das auch die Policy ist, kostet nichts.",
        weak: "Es belohnt alles, was das Abstimmen geändert hat, und am meisten den Stil. Beide Modelle brauchen den Tokenizer der Policy.",
        unit: NATS,
      };
    case "sibling":
      return {
        formula: "r(v) = log π_r(v)",
        acts: TOKENS,
        cost: "Eine Zeile ihres Modells pro Token.",
        weak: "Es belohnt auch bloßen Redefluss: Tokens, die ohnehin wahrscheinlich sind, werden noch wahrscheinlicher.",
        unit: NATS,
      };
    case "classifier":
      return {
        formula: outputs === 1 ? "r(y) = Wertung des Modells für y" : "r(y) = log p(Label | y) − log(1 − p(Label | y))",
        acts: "Bewertet die Kandidaten von VAS-Spuren. Ordnet die Proben von Best-of-N-Spuren.",
        cost: "k Texte pro Token in einer VAS-Spur. Ein Text pro Probe in einer Best-of-N-Spur.",
        weak: "Er wurde mit ganzen Texten trainiert, also beurteilt er einen halben Satz schlecht. Den Prompt sieht er nicht.",
        unit: outputs === 1 ? "die Einheit des Modells. Kein Koeffizient wurde trainiert, also b = 1." : NATS,
      };
    case "follow-up":
      return {
        formula: "r(y) = mean log π(zufrieden | x, y) − mean log π(unzufrieden | x, y)",
        acts: TEXTS,
        cost: "Ein Durchgang pro Probe und Erwiderung.",
        weak: "Ein Modell, das keine Gespräche gesehen hat, findet alle Erwiderungen gleich unwahrscheinlich.",
        unit: NATS_A_TOKEN,
      };
    case "average-logprob":
      return {
        formula: "r(y) = (1/|y|) Σ log π(yₜ)",
        acts: TEXTS,
        cost: "Ein Durchgang pro Probe.",
        weak: "Es zieht Wiederholung vor, denn wiederholter Text ist wahrscheinlich.",
        unit: NATS_A_TOKEN,
      };
    case "head":
      return {
        formula: "r(v) = W_U[v] · g(s)",
        acts: TOKENS,
        cost: "Kein eigener Durchgang. Er liest den Zustand, den die Policy ohnehin hat.",
        weak: "Er weiß, was sein Lehrer zu den Texten sagte, aus denen er lernte, und rät anderswo.",
        unit: "nat: Gewicht / β von 1 spreizt die Tokens um ein nat.",
      };
    case "rule":
      return { ...ruleCard(spec.rule), acts: TEXTS, cost: "Nichts. Sie liest nur den Text." };
    case "scorer":
      return {
        formula: "r(y) = Zahl des Bewerters für y",
        acts: TEXTS,
        cost: "Nichts. Er liest nur den Text.",
        weak: "Er zählt Wörter und Zeichen. Ein Text ohne Sinn kann eine hohe Wertung haben.",
        unit: "die des Bewerters. b = 1.",
      };
    default:
      throw new Error(`unknown source ${JSON.stringify(spec satisfies never)}`);
  }
};

function ruleCard(rule: Rule): { readonly formula: string; readonly weak: string; readonly unit: string } {
  switch (rule.type) {
    case "length":
      return {
        formula: "r(y) = −|Wörter − gewünscht| / gewünscht",
        weak: "Sie schaut auf die Länge und auf sonst nichts.",
        unit: "Anteil der gewünschten Länge. b = 1.",
      };
    case "keywords":
      return {
        formula: "r(y) = gewünschte da / gewünschte − unerwünschte da / unerwünschte",
        weak: "Eine bloße Liste der gewünschten Wörter bekommt die höchste Belohnung.",
        unit: "Anteil der Wörter. b = 1.",
      };
    case "readability":
      return {
        formula: "r(y) = −|Stufe nach Flesch–Kincaid − gewünscht|",
        weak: "Sie schätzt Silben aus Vokalen. Kurzer Unsinn gilt als leicht zu lesen.",
        unit: "Schuljahre. b = 1.",
      };
    case "json":
      return { ...jsonCard(rule.shape), unit: "0 oder 1. b = 1." };
    case "pattern":
      return {
        formula: "r(y) = 1, wenn das Muster gefunden wird, sonst 0",
        weak: "Es kann nicht vor- und zurückschauen und kennt keine Rückverweise, damit jedes Muster mit der Länge des Textes auskommt. Mit (?i) am Anfang gilt Groß wie Klein.",
        unit: "0 oder 1. b = 1.",
      };
    default:
      throw new Error(`unknown rule ${JSON.stringify(rule satisfies never)}`);
  }
}

function jsonCard(shape: JsonShape): { readonly formula: string; readonly weak: string } {
  switch (shape) {
    case "any":
      return { formula: "r(y) = 1, wenn y JSON ist, sonst 0", weak: "Auch eine einzelne Zahl ist JSON." };
    case "object":
      return {
        formula: "r(y) = 1, wenn y ein JSON-Objekt ist, sonst 0",
        weak: "Auch ein leeres Objekt zählt, und mit einem Satz davor ist es keines.",
      };
    case "array":
      return {
        formula: "r(y) = 1, wenn y eine JSON-Liste ist, sonst 0",
        weak: "Auch eine leere Liste zählt, und mit einem Satz davor ist es keine.",
      };
    default:
      throw new Error(`unknown shape ${String(shape satisfies never)}`);
  }
}

export const probeWords: typeof english.probeWords = (note) => {
  switch (note.type) {
    case "probing":
      return "Ein Gewicht wird gesucht, das etwa 3 nat kostet …";
    case "found":
      return `Dieses Gewicht kostet etwa ${fixed(note.cost.nats, 1)} nat über ${plural(note.cost.tokens, "Token", "Tokens")}.${endWords(note.end)}`;
    case "failed":
      return "Ein Versuch hat kein Gewicht gefunden. Von Hand wählen.";
    default:
      return note satisfies never;
  }
};

type End = Extract<Parameters<typeof english.probeWords>[0], { type: "found" }>["end"];
function endWords(end: End): string {
  if (end === "probing") return " Das Gewicht wird gesucht, bei dem der Text zerfällt …";
  if (end === null || !end.isBroken) return "";
  return ` Über ${fixed(end.weight, 2)} zerfiel der Text in einem Versuch.`;
}
