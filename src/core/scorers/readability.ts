/**
 * How easy a text reads.
 *
 *   syllables a word     from 1; simple English has about 1.25, academic English 1.7
 *   reading ease         206.835 - 1.015 words/sentences - 84.6 syllables/words
 *
 * Reading ease is Flesch's ("A new readability yardstick", Journal of Applied Psychology 32, 1948): 100 is very easy, 30
 * is for graduates; short nonsense goes beyond 100 and long words below 0. Syllables of a word come from outside, because a
 * good count needs a list of exceptions.
 */
import { wordsOf } from "../sources/rules.ts";
import { sentencesOf } from "./text-counts.ts";

/** Syllables of one word; 0 for what has none, such as a number, which then counts as one. */
export type SyllableCounter = (word: string) => number;

/** Null for a text without words. */
export function syllablesAWord(text: string, syllables: SyllableCounter): number | null {
  const words = wordsOf(text);
  if (words.length === 0) return null;
  return words.reduce((sum, word) => sum + Math.max(1, syllables(word)), 0) / words.length;
}

/** Null for a text without words. */
export function readingEase(text: string, syllables: SyllableCounter): number | null {
  const ratio = syllablesAWord(text, syllables);
  if (ratio === null) return null;
  return 206.835 - (1.015 * wordsOf(text).length) / sentencesOf(text).length - 84.6 * ratio;
}
