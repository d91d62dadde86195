/** What every objective loses to repetition and nonsense, so that a proxy can be over-optimised. */
import { casedWords, tokenise, vocabulary } from "./words.ts";

const FREE_REPETITION = 0.03;
const FREE_NONSENSE = 0.02;
const REPETITION_WEIGHT = 1.5;
const NONSENSE_WEIGHT = 1.5;

/** Share in [0, 1] of the word 3-grams that already occurred earlier. */
function repetition(words: readonly string[]): number {
  const total = words.length - 2;
  if (total <= 0) return 0;
  const distinct = new Set<string>();
  for (let i = 0; i < total; i += 1) distinct.add(words.slice(i, i + 3).join(" "));
  return (total - distinct.size) / total;
}

/**
 * Share in [0, 1] of the lower-case words of the response that neither the world's vocabulary nor the prompt knows.
 * Capitalised words are taken for names and left out.
 */
function nonsense(prompt: string, response: string): number {
  const small = casedWords(response).filter((word) => /^[a-z]/.test(word));
  if (small.length === 0) return 0;
  const asked = new Set(tokenise(prompt));
  const unknown = small.map((word) => word.toLowerCase()).filter((word) => !vocabulary.has(word) && !asked.has(word));
  return unknown.length / small.length;
}

/** Penalty >= 0 without unit; 0 for a text with little repetition and no made-up words. */
export function penalty(prompt: string, response: string, words: readonly string[]): number {
  const excessRepetition = Math.max(0, repetition(words) - FREE_REPETITION);
  const excessNonsense = Math.max(0, nonsense(prompt, response) - FREE_NONSENSE);
  return REPETITION_WEIGHT * excessRepetition + NONSENSE_WEIGHT * excessNonsense;
}
