/** Signals of the four story objectives, before saturation and penalty. */
import { adventurous, cappedHits, describing, happy, sad, tokenise, type Sentence } from "./words.ts";

/** A text of one good sentence must not score as high as a whole story. */
const MIN_SENTENCES = 3;
const MOOD_CLIP = 2;
const ADVENTURE_CLIP = 3;
const DESCRIBING_CLIP = 4;
/** Eight words of length weigh as much as one describing word. */
const WORDS_PER_DESCRIBING_WORD = 8;
const SPOKEN = /"([^"]*)"/g;

const sentenceCount = (sentences: readonly Sentence[]) => Math.max(MIN_SENTENCES, sentences.length);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Net happy words per sentence, each sentence clipped. */
export function joy(sentences: readonly Sentence[]): number {
  const down = cappedHits(sentences, sad);
  const net = cappedHits(sentences, happy).map((up, i) =>
    Math.max(-MOOD_CLIP, Math.min(MOOD_CLIP, up - (down[i] ?? 0))),
  );
  return sum(net) / sentenceCount(sentences);
}

/** Words of danger, journey, daring and discovery per sentence. */
export function adventure(sentences: readonly Sentence[]): number {
  const hits = cappedHits(sentences, adventurous).map((count) => Math.min(ADVENTURE_CLIP, count));
  return sum(hits) / sentenceCount(sentences);
}

/** Per cent of the words that stand inside closed double quotes; saying the same again adds nothing. */
export function dialogue(response: string, wordCount: number): number {
  const utterances = new Map<string, number>();
  for (const [, inside = ""] of response.matchAll(SPOKEN)) {
    const words = tokenise(inside);
    utterances.set(words.join(" "), words.length);
  }
  return (100 * sum([...utterances.values()])) / wordCount;
}

/** Describing words per sentence plus a length term. */
export function detail(sentences: readonly Sentence[], wordCount: number): number {
  const hits = cappedHits(sentences, describing).map((count) => Math.min(DESCRIBING_CLIP, count));
  return (sum(hits) + wordCount / WORDS_PER_DESCRIBING_WORD) / sentenceCount(sentences);
}
