/** Answers that nobody wrote, with made-up measures: for tests of the page's part alone. */
import { TEXT_MEASURES, type AnswersAsk, type WrittenAnswer } from "../../../src/core/clicks/answers.ts";
import { hash32 } from "../../../src/core/noise.ts";

const PER_PROMPT = 8;
const WORDS = ["tea", "rain", "a garden", "two friends", "the sea", "an old map", "bread", "a bicycle"];

/** Near a standard normal: the sum of twelve uniform numbers less six. */
function drawn(seed: number, ...place: readonly [number, number, number]): number {
  const draws = Array.from({ length: 12 }, (_, i) => hash32(hash32(seed, ...place), i, 0, 0) / 2 ** 32);
  return draws.reduce((sum, each) => sum + each, -6);
}

/** Prompt by prompt, as many as were asked for. */
export function fakeAnswers({ ownPrompts, listed, from, heads, seed }: AnswersAsk): readonly WrittenAnswer[][] {
  const places = Array.from({ length: listed }, (_, i) => from + i);
  const prompts = [...ownPrompts, ...places.map((place) => `Tell me about ${WORDS[place % WORDS.length]}, ${place}.`)];
  return prompts.map((prompt, p) =>
    Array.from({ length: PER_PROMPT }, (_, a): WrittenAnswer => ({
      prompt,
      text: `Answer ${a + 1} to “${prompt}” speaks of ${WORDS[(p + a) % WORDS.length]}`,
      isCut: a % 2 === 0,
      measures: Array.from({ length: TEXT_MEASURES.length + heads.length }, (_, m) => drawn(seed, from + p, a, m)),
    })),
  );
}
