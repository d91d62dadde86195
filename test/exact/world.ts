/**
 * A world small enough to enumerate: every text, its probability and its reward.
 *
 * A text is a sequence of tokens that ends with the end token, or is cut at `maxLength`; both kinds have a reward. All
 * numbers come from one seed. Nothing here imports the core: this is the other side of the comparison.
 */
import type { TokenId } from "../../src/core/types.ts";
import { FAKE_BOS, FAKE_EOS, hashed } from "../fakes.ts";

export type Text = readonly TokenId[];

/** A distribution over texts or over next tokens: probabilities, not logarithms. */
export type Probabilities = ReadonlyMap<string, number>;

export interface World {
  readonly seed: number;
  readonly vocabSize: number;
  readonly maxLength: number;
  /** What the models read before every text. */
  readonly prompt: Text;
  readonly texts: readonly Text[];
  /** pi_ref(. | prefix), `[vocabSize]`, by the start of the text. */
  readonly next: (start: Text) => readonly number[];
  /** Reward of a whole text under objective 0 or 1. */
  readonly reward: (text: Text, objective: number) => number;
}

export function keyOf(text: Text): string {
  return text.join(" ");
}

export function isWhole(text: Text, maxLength: number): boolean {
  return text.at(-1) === FAKE_EOS || text.length === maxLength;
}

export function makeWorld(seed: number, vocabSize: number, maxLength: number): World {
  const texts: Text[] = [];
  const grow = (start: Text): void => {
    if (isWhole(start, maxLength)) texts.push(start);
    else for (let token = 0; token < vocabSize; token++) grow([...start, token]);
  };
  grow([]);
  return {
    seed,
    vocabSize,
    maxLength,
    prompt: [FAKE_BOS, 2],
    texts,
    next: (start) => softmax(policyLogits(seed, vocabSize, start)),
    reward: (text, objective) => 1.5 * hashed(seed, 1000 + objective, ...text),
  };
}

export function policyLogits(seed: number, vocabSize: number, start: Text): Float64Array {
  return Float64Array.from({ length: vocabSize }, (_, v) => 1.5 * hashed(seed, 7, v, ...start));
}

export function softmax(logits: ArrayLike<number>): number[] {
  const weights = Array.from(logits, Math.exp);
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}
