/**
 * Formality of a text by its parts of speech.
 *
 *   F = ( noun + adjective + preposition + article - pronoun - verb - adverb - interjection + 100 ) / 2
 *
 * Each class is a percentage of the words, so F is from 0 to 100: talk has about 40, writing that informs about 60.
 * Heylighen and Dewaele, "Formality of language: definition, measurement and behavioral determinants", Free University of
 * Brussels, 1999. Words of no class (conjunctions, numbers, other determiners) count as words alone.
 */

/** Numbers of words of each class in a text. */
export interface WordClasses {
  readonly words: number;
  readonly nouns: number;
  readonly adjectives: number;
  readonly prepositions: number;
  readonly articles: number;
  readonly pronouns: number;
  readonly verbs: number;
  readonly adverbs: number;
  readonly interjections: number;
}

/** Finds the classes of a text's words. */
export type Tagger = (text: string) => WordClasses;

/** Null for a text without words. */
export function formality(classes: WordClasses): number | null {
  if (classes.words === 0) return null;
  const formal = classes.nouns + classes.adjectives + classes.prepositions + classes.articles;
  const deictic = classes.pronouns + classes.verbs + classes.adverbs + classes.interjections;
  return ((100 * (formal - deictic)) / classes.words + 100) / 2;
}
