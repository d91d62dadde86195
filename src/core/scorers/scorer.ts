/** Scorers of whole texts: a number for each text, higher is better. Teaching learns from them, and best-of-N can rank by them. */
import { findPattern } from "../patterns/pattern.ts";
import { ruleScore, wordsOf } from "../sources/rules.ts";
import { evaluate, namesIn, type FormulaInputs } from "./formula/evaluate.ts";
import type { FormulaName } from "./formula/names.ts";
import { parseFormula } from "./formula/parse.ts";
import { formality, type Tagger } from "./formality.ts";
import { readingEase, syllablesAWord, type SyllableCounter } from "./readability.ts";
import { sentiment, type Lexicon } from "./sentiment.ts";
import type { ScorerSpec } from "./spec.ts";
import { countOf, countWords } from "./text-counts.ts";

export interface TextScorer {
  readonly id: string;
  /** What 1 is, for instance "syllables a word". */
  readonly unit: string;
  /** Null where the scorer says nothing of a text, for instance of one without words. */
  readonly score: (text: string) => number | null;
}

/** What comes from packages, and is loaded only when a scorer needs it. */
export interface ScorerParts {
  readonly lexicon?: Lexicon;
  readonly syllables?: SyllableCounter;
  readonly tagger?: Tagger;
}
export type PartName = keyof ScorerParts;

const PARTS_OF: Readonly<Partial<Record<FormulaName | ScorerSpec["type"], PartName>>> = {
  sentiment: "lexicon",
  syllables: "syllables",
  "simple-words": "syllables",
  flesch: "syllables",
  formality: "tagger",
};

export function partsNeeded(spec: ScorerSpec): readonly PartName[] {
  const names = spec.type === "formula" ? namesIn(parseFormula(spec.formula)) : [spec.type];
  return [...new Set(names.flatMap((name) => PARTS_OF[name] ?? []))];
}

/**
 * sentiment     VADER's compound, -1 to 1
 * simple-words  minus syllables a word, -1 at best
 * flesch        reading ease, about 0 to 100
 * brevity       minus the number of words, 0 at best
 * formality     Heylighen and Dewaele's F, 0 to 100
 * keywords      share of wanted words present minus share of unwanted ones, -1 to 1
 * pattern       1 where the pattern is found, else 0
 * formula       whatever it says
 *
 * @param parts at least `partsNeeded(spec)`
 * @throws RunError "invalid-request" for a formula that does not parse
 */
export function scorerOf(spec: ScorerSpec, parts: ScorerParts): TextScorer {
  const id = spec.type;
  switch (spec.type) {
    case "sentiment":
      return { id, unit: "compound", score: (text) => sentiment(text, part(parts, "lexicon")) };
    case "simple-words":
      return {
        id,
        unit: "syllables a word",
        score: (text) => negative(syllablesAWord(text, part(parts, "syllables"))),
      };
    case "flesch":
      return { id, unit: "points", score: (text) => readingEase(text, part(parts, "syllables")) };
    case "brevity":
      return { id, unit: "words", score: (text) => negative(wordsOf(text).length) };
    case "formality":
      return { id, unit: "points", score: (text) => formality(part(parts, "tagger")(text)) };
    case "keywords":
    case "pattern":
      return {
        id,
        unit: spec.type === "keywords" ? "share" : "found",
        score: (text) => ruleScore(spec, text, findPattern),
      };
    case "formula": {
      const formula = parseFormula(spec.formula);
      return { id, unit: "formula", score: (text) => evaluate(formula, inputsOf(text, parts)) };
    }
    default:
      throw new Error(`unknown scorer ${JSON.stringify(spec satisfies never)}`);
  }
}

function inputsOf(text: string, parts: ScorerParts): FormulaInputs {
  return {
    countOf: (words) => countWords(words, text),
    valueOf: (name) => measureOf(name, text, parts),
  };
}

function measureOf(name: FormulaName, text: string, parts: ScorerParts): number | null {
  if (name === "sentiment") return sentiment(text, part(parts, "lexicon"));
  if (name === "syllables") return syllablesAWord(text, part(parts, "syllables"));
  if (name === "flesch") return readingEase(text, part(parts, "syllables"));
  if (name === "formality") return formality(part(parts, "tagger")(text));
  return countOf(name, text);
}

function part<K extends PartName>(parts: ScorerParts, name: K): NonNullable<ScorerParts[K]> {
  const found = parts[name];
  if (found === undefined) throw new Error(`a scorer needs its ${name}, which was not loaded`);
  return found;
}

/** Minus 0 would be another number than 0 in a file. */
function negative(value: number | null): number | null {
  return value === null ? null : 0 - value;
}
