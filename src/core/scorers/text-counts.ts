/** Counts of a text. Words are runs of letters and digits with the apostrophes and hyphens inside them. */
import { wordsOf } from "../sources/rules.ts";
import type { CountName } from "./formula/names.ts";

/** Parts between full stops, question and exclamation marks that have a word; a text without a mark is one sentence. */
export function sentencesOf(text: string): string[] {
  return text.split(/[.!?]+/).filter((part) => wordsOf(part).length > 0);
}

/**
 * `unique_words` is the share of words that are different ones, from 0 to 1; `word_length` the mean letters of a word. Both are
 * null for a text without words. Everything else is a number of pieces, from 0.
 */
export function countOf(name: CountName, text: string): number | null {
  const found = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  switch (name) {
    case "words":
      return wordsOf(text).length;
    case "sentences":
      return sentencesOf(text).length;
    case "characters":
      return Array.from(text.trim()).length;
    case "lines":
      return text.split(/\r?\n/).filter((line) => line.trim() !== "").length;
    case "questions":
      return found(/\?/g);
    case "exclamations":
      return found(/!/g);
    case "commas":
      return found(/,/g);
    case "digits":
      return found(/\p{Nd}/gu);
    case "unique_words": {
      const words = wordsOf(text).map((word) => word.toLowerCase());
      return words.length === 0 ? null : new Set(words).size / words.length;
    }
    case "word_length": {
      const words = wordsOf(text);
      return words.length === 0 ? null : words.reduce((sum, word) => sum + Array.from(word).length, 0) / words.length;
    }
    default:
      throw new Error(`unknown count ${String(name satisfies never)}`);
  }
}

/** How often these words stand in the text one after another, as whole words in any case. */
export function countWords(words: string, text: string): number {
  const wanted = wordsOf(words).map((word) => word.toLowerCase());
  const all = wordsOf(text).map((word) => word.toLowerCase());
  let count = 0;
  for (let at = 0; at + wanted.length <= all.length; at++) if (wanted.every((word, i) => all[at + i] === word)) count++;
  return count;
}
