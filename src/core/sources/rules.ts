/**
 * Rules: rewards that are read off a text, instantly and exactly.
 *
 *   length       -|words - target| / target                       0 at best
 *   keywords     wanted words present / wanted - unwanted words present / unwanted
 *   readability  -|grade - target|,  grade = 0.39 words/sentences + 11.8 syllables/words - 15.59
 *   json         1 for a text that is JSON as a whole, of the wanted shape, else 0
 *   pattern      1 for a text in which the pattern is found, else 0
 *
 * The grade is Flesch and Kincaid's (Kincaid et al., 1975, Research Branch Report 8-75); syllables are counted by vowel
 * groups, as all programs do without a dictionary. Rules are quick lessons in what a reward forgets: nobody asked the
 * keyword counter for sense. b = 1, units of the rule.
 */
import type { JsonShape, Rule } from "./spec.ts";

/** Whether a pattern is found in a text. Linear in its length, whatever the pattern: who passes it in must see to that. */
export type Finder = (pattern: string, text: string) => boolean;

/** Null where the rule says nothing: readability of a text without words. */
export function ruleScore(rule: Rule, text: string, isFound: Finder): number | null {
  switch (rule.type) {
    case "length":
      return -Math.abs(wordsOf(text).length - rule.words) / rule.words;
    case "keywords":
      return share(rule.wanted, text) - share(rule.unwanted, text);
    case "readability": {
      const grade = readingGrade(text);
      return grade === null ? null : -Math.abs(grade - rule.grade);
    }
    case "json":
      return isJson(text, rule.shape) ? 1 : 0;
    case "pattern":
      return isFound(rule.pattern, text) ? 1 : 0;
    default:
      throw new Error(`unknown rule ${JSON.stringify(rule satisfies never)}`);
  }
}

/** Runs of letters and digits, with the apostrophes and hyphens inside them. */
export function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? [];
}

/** School years; null for a text without words. A text without a full stop is one sentence. */
export function readingGrade(text: string): number | null {
  const words = wordsOf(text);
  if (words.length === 0) return null;
  const sentences = text.split(/[.!?]+/).filter((part) => wordsOf(part).length > 0).length;
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  return 0.39 * (words.length / sentences) + 11.8 * (syllables / words.length) - 15.59;
}

/** Groups of vowels, a silent e near the end not counted; at least one. */
function syllablesOf(word: string): number {
  const groups = word
    .toLowerCase()
    .replace(/(?<=[^aeiouyl])e$|(?<=[^aeiouylsxzhcg])es$/, "")
    .match(/[aeiouyà-öø-ÿ]+/g);
  return Math.max(1, groups?.length ?? 0);
}

/** Share of the keywords that stand in the text, as whole words in any case; 0 where there are none. */
function share(keywords: readonly string[], text: string): number {
  if (keywords.length === 0) return 0;
  const words = ` ${wordsOf(text).join(" ").toLowerCase()} `;
  const present = keywords.filter((keyword) => {
    const wanted = wordsOf(keyword).join(" ").toLowerCase();
    return wanted !== "" && words.includes(` ${wanted} `);
  });
  return present.length / keywords.length;
}

function isJson(text: string, shape: JsonShape): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (shape === "any") return true;
    return shape === "array"
      ? Array.isArray(value)
      : typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
