import { FUNCTIONS, NAMES } from "../../../core/scorers/formula/names.ts";
import type * as english from "../scorers.ts";

export const SCORER_NAMES: typeof english.SCORER_NAMES = {
  sentiment: "Fröhliche Wörter",
  "simple-words": "Einfache Wörter",
  flesch: "Leicht zu lesen",
  brevity: "Kurzer Text",
  formality: "Förmlicher Text",
  keywords: "Stichwörter",
  pattern: "Muster",
  formula: "Formel",
};

export const SCORER_MEANINGS: typeof english.SCORER_MEANINGS = {
  sentiment: "Der Gesamtwert von VADER, von −1 (düster) bis 1 (fröhlich).",
  "simple-words": "Minus die Silben pro Wort.",
  flesch: "Die Lesbarkeit nach Flesch, etwa 0 bis 100.",
  brevity: "Minus die Zahl der Wörter.",
  formality: "F nach Heylighen und Dewaele aus den Wortarten, 0 bis 100.",
  keywords: "Der Anteil der gewünschten Wörter, die da sind, minus den der unerwünschten.",
  pattern: "1, wo das Muster gefunden wird, sonst 0.",
  formula: "Was die Formel sagt.",
};

export const scorerFields: typeof english.scorerFields = {
  scorer: "Bewerter",
  wanted: "Gewünscht",
  unwanted: "Unerwünscht",
  pattern: "Muster",
  formula: "Formel",
  names: `Sie darf ${NAMES.join(", ")} benutzen; + − * / und Klammern; ${Object.keys(FUNCTIONS).join(", ")}.`,
};
