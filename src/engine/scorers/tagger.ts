/** Parts of speech of a text's words, by compromise: a lexicon, suffixes and rules about neighbours. English only. */
import compromise from "compromise/two";
import type { WordClasses } from "../../core/scorers/formality.ts";

type Counted = Exclude<keyof WordClasses, "words" | "articles">;

/** In this order: a pronoun is tagged as a noun as well, an adverb may be tagged as part of its verb. */
const CLASS_OF: readonly (readonly [tag: string, counted: Counted])[] = [
  ["Pronoun", "pronouns"],
  ["Expression", "interjections"],
  ["Adverb", "adverbs"],
  ["Noun", "nouns"],
  ["Adjective", "adjectives"],
  ["Preposition", "prepositions"],
  ["Verb", "verbs"],
];
const ARTICLES: ReadonlySet<string> = new Set(["a", "an", "the"]);

/** A contraction counts as its parts: "it's" is a pronoun and a verb. */
export function tagWords(text: string): WordClasses {
  const counts = {
    words: 0,
    nouns: 0,
    adjectives: 0,
    prepositions: 0,
    articles: 0,
    pronouns: 0,
    verbs: 0,
    adverbs: 0,
    interjections: 0,
  };
  const document = compromise(text);
  document.contractions().expand();
  for (const { terms } of document.json() as readonly { readonly terms: readonly Term[] }[]) {
    for (const { normal, tags } of terms) {
      if (normal === "") continue;
      counts.words++;
      if (ARTICLES.has(normal)) {
        counts.articles++;
        continue;
      }
      const found = CLASS_OF.find(([tag]) => tags.includes(tag));
      if (found !== undefined) counts[found[1]]++;
    }
  }
  return counts;
}

interface Term {
  readonly normal: string;
  readonly tags: readonly string[];
}
