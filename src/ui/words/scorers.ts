/** Words of scorers: numbers for whole texts that need no model. */
import { FUNCTIONS, NAMES } from "../../core/scorers/formula/names.ts";
import type { ScorerSpec } from "../../core/scorers/spec.ts";
import { localized } from "./language.ts";

export const SCORER_NAMES: Readonly<Record<ScorerSpec["type"], string>> = localized("scorers.SCORER_NAMES", {
  sentiment: "Cheerful words",
  "simple-words": "Simple words",
  flesch: "Easy reading",
  brevity: "Short text",
  formality: "Formal text",
  keywords: "Keywords",
  pattern: "Pattern",
  formula: "Formula",
});

/** How a scorer comes to its number, with its source. */
export const SCORER_MEANINGS: Readonly<Record<ScorerSpec["type"], string>> = localized("scorers.SCORER_MEANINGS", {
  sentiment: "VADER’s compound, from −1 (gloomy) to 1 (cheerful).",
  "simple-words": "Minus the syllables a word.",
  flesch: "Flesch’s reading ease, about 0 to 100.",
  brevity: "Minus the number of words.",
  formality: "Heylighen and Dewaele’s F from the parts of speech, 0 to 100.",
  keywords: "The share of wanted words that are there, less that of unwanted ones.",
  pattern: "1 where the pattern is found, else 0.",
  formula: "What your formula says.",
});

export const scorerFields = localized("scorers.scorerFields", {
  scorer: "Scorer",
  wanted: "Wanted",
  unwanted: "Unwanted",
  pattern: "Pattern",
  formula: "Formula",
  names: `It may use ${NAMES.join(", ")}; + − * / and brackets; ${Object.keys(FUNCTIONS).join(", ")}.`,
});
