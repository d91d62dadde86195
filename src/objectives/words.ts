/** Word lists and the two ways of cutting a text: words and sentences. */
import data from "./words.json" with { type: "json" };

/** What detects one needed step; `@` among the nouns is the object or a pronoun. */
export interface StepKeys {
  readonly verbs: readonly string[];
  readonly nouns: readonly string[];
  readonly details: readonly string[];
}

/** A kind of how-to question. `about` is empty for a verb family that takes any object. */
export interface TopicKeys {
  readonly id: string;
  readonly asks: readonly string[];
  readonly about: readonly string[];
  readonly steps: readonly StepKeys[];
  readonly hazards: readonly (readonly string[])[];
  readonly protect: readonly string[];
}

interface WordsFile {
  readonly happy: readonly string[];
  readonly sad: readonly string[];
  readonly adventure: readonly string[];
  readonly describing: readonly string[];
  readonly vocabulary: readonly string[];
  readonly topics: readonly TopicKeys[];
  readonly caution: Readonly<Record<"stop" | "when" | "ask" | "whom" | "cues", readonly string[]>>;
  readonly question: Readonly<Record<"before" | "end" | "skip", readonly string[]>>;
}

type WordSet = ReadonlySet<string>;

const lists: WordsFile = data;

export const topics = lists.topics;
export const happy: WordSet = new Set(lists.happy);
export const sad: WordSet = new Set(lists.sad);
export const adventurous: WordSet = new Set(lists.adventure);
export const describing: WordSet = new Set(lists.describing);
export const vocabulary: WordSet = new Set(lists.vocabulary);
export const caution = {
  stop: new Set(lists.caution.stop),
  when: new Set(lists.caution.when),
  ask: new Set(lists.caution.ask),
  whom: new Set(lists.caution.whom),
  cues: new Set(lists.caution.cues),
} as const;
/** How a question is read: words before the verb asked for, words that end its object, words that name nothing. */
export const question = {
  before: new Set(lists.question.before),
  end: new Set(lists.question.end),
  skip: new Set(lists.question.skip),
} as const;

export interface Sentence {
  /** Lower-case words in order. */
  readonly words: readonly string[];
  /** " word word ", so that a phrase can be found as " phrase ". */
  readonly padded: string;
}

/** Only ASCII letters make words, so that Python and JavaScript cannot disagree about case folding. */
const WORD = /[A-Za-z]+(?:'[A-Za-z]+)*/g;
const SENTENCE_END = /[.!?]+["']*(?![^ \t\r\n])/g;
const MAX_COUNT_OF_A_WORD = 2;

/** The words of a text with the case they were written in; digits, punctuation and other scripts are skipped. */
export function casedWords(text: string): readonly string[] {
  return text.match(WORD) ?? [];
}

export function tokenise(text: string): readonly string[] {
  return casedWords(text).map((word) => word.toLowerCase());
}

/** Sentences that hold at least one word, cut after . ! ? and any closing quotes. */
export function sentencesOf(text: string): readonly Sentence[] {
  const ends = [...text.matchAll(SENTENCE_END)].map((match) => match.index + match[0].length);
  const sentences: Sentence[] = [];
  let start = 0;
  for (const end of [...ends, text.length]) {
    const words = tokenise(text.slice(start, end));
    start = end;
    if (words.length > 0) sentences.push({ words, padded: ` ${words.join(" ")} ` });
  }
  return sentences;
}

/** Hits of a word list in each sentence; one word counts at most twice in all, so that repeating it does not pay. */
export function cappedHits(sentences: readonly Sentence[], list: WordSet): readonly number[] {
  const seen = new Map<string, number>();
  return sentences.map(({ words }) => {
    let hits = 0;
    for (const word of words) {
      if (!list.has(word)) continue;
      const count = (seen.get(word) ?? 0) + 1;
      seen.set(word, count);
      if (count <= MAX_COUNT_OF_A_WORD) hits += 1;
    }
    return hits;
  });
}
