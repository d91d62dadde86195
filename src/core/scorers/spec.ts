/** Scorers of whole texts as plain data, and their checks. `scorer.ts` makes them score. */
import { checkArray, checkFields, checkOneOf, checkString, refuse } from "../bounds.ts";
import { compilePattern } from "../patterns/pattern.ts";
import { parseFormula } from "./formula/parse.ts";

/** Scorers without a setting. */
export const PLAIN_TYPES = ["sentiment", "simple-words", "flesch", "brevity", "formality"] as const;
export type PlainType = (typeof PLAIN_TYPES)[number];

export type ScorerSpec =
  | { readonly type: PlainType }
  | { readonly type: "keywords"; readonly wanted: readonly string[]; readonly unwanted: readonly string[] }
  | { readonly type: "pattern"; readonly pattern: string }
  | { readonly type: "formula"; readonly formula: string };

export const SCORER_TYPES = [...PLAIN_TYPES, "keywords", "pattern", "formula"] as const;

export const SCORER_LIMITS = { list: 20, listCharacters: 200, patternCharacters: 200, formulaCharacters: 400 } as const;

const KEYS: Readonly<Record<ScorerSpec["type"], readonly string[]>> = {
  sentiment: [],
  "simple-words": [],
  flesch: [],
  brevity: [],
  formality: [],
  keywords: ["wanted", "unwanted"],
  pattern: ["pattern"],
  formula: ["formula"],
};

/**
 * A scorer from a file, a link or another thread.
 * @throws RunError "invalid-request" with the place, and for patterns and formulas what is wrong in them
 */
export function parseScorer(value: unknown, path: string): ScorerSpec {
  const all = ["type", ...new Set(Object.values(KEYS).flat())];
  const type = checkOneOf(checkFields(value, path, all).type, `${path}.type`, SCORER_TYPES);
  const fields = checkFields(value, path, ["type", ...KEYS[type]]);
  if (type === "keywords") {
    const [wanted, unwanted] = [words(fields.wanted, `${path}.wanted`), words(fields.unwanted, `${path}.unwanted`)];
    if (wanted.length + unwanted.length === 0) throw refuse(path, "a list with keywords", 0, "give at least one");
    return { type, wanted, unwanted };
  }
  if (type === "pattern") {
    const pattern = checkString(fields.pattern, `${path}.pattern`, SCORER_LIMITS.patternCharacters);
    const compiled = compilePattern(pattern);
    if (compiled.type === "broken") throw refuse(`${path}.pattern`, "a pattern", pattern, compiled.why);
    return { type, pattern };
  }
  if (type === "formula") {
    const formula = checkString(fields.formula, `${path}.formula`, SCORER_LIMITS.formulaCharacters);
    parseFormula(formula);
    return { type, formula };
  }
  return { type };
}

function words(value: unknown, path: string): string[] {
  const list = checkArray(value, path, 0, SCORER_LIMITS.list);
  return list.map((each, i) => checkString(each, `${path}[${i}]`, SCORER_LIMITS.listCharacters));
}
