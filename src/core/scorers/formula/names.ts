/** What formulas may name. Each count is of the whole text; names with an underscore are shares and means. */
export const COUNTS = [
  "words",
  "sentences",
  "characters",
  "lines",
  "questions",
  "exclamations",
  "commas",
  "digits",
  "unique_words",
  "word_length",
] as const;
export type CountName = (typeof COUNTS)[number];

/** Measures that may need a package: sentiment, syllables a word, Flesch's reading ease, formality. */
export const MEASURES = ["sentiment", "syllables", "flesch", "formality"] as const;

export const NAMES = [...MEASURES, ...COUNTS] as const;
export type FormulaName = (typeof NAMES)[number];

/** Functions with the fewest and most inputs. `if(test, a, b)` is a where the test is not 0, else b. */
export const FUNCTIONS = {
  min: { min: 1, max: 20 },
  max: { min: 1, max: 20 },
  abs: { min: 1, max: 1 },
  log: { min: 1, max: 1 },
  exp: { min: 1, max: 1 },
  sqrt: { min: 1, max: 1 },
  if: { min: 3, max: 3 },
} as const;
export type FunctionName = keyof typeof FUNCTIONS;
