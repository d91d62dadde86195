/** The sentences of a block that are rewarded one by one (`core/blocks/step-rewards.ts`). */
import { sentenceEnds } from "../../core/blocks/sentence-end.ts";
import type { StepRewards } from "../../core/blocks/step-rewards.ts";
import { textSoFar, type ScoredText } from "./block-scores.ts";
import type { Row } from "./row.ts";

interface Ended extends ScoredText {
  /** Of the text with its white space: the next sentence begins there. */
  readonly characters: number;
}

export class Sentences {
  readonly #isWhole: boolean;
  /** Characters of the text before the block. */
  readonly #start: number;
  readonly #ends = new Map<Row, Ended[]>();

  constructor({ rule }: StepRewards, start: number) {
    this.#isWhole = rule === "text";
    this.#start = start;
  }

  /** After each token of a row. @param isOver whether its block has ended: what follows the last sentence is a step too */
  note(row: Row, isOver: boolean): void {
    const ends = this.#ends.get(row) ?? [];
    this.#ends.set(row, ends);
    const characters = row.stream.text.length;
    const sentence = row.stream.text.slice(ends.at(-1)?.characters ?? this.#start);
    const isEnd = isOver ? sentence.trim() !== "" || ends.length === 0 : !this.#isWhole && sentenceEnds(sentence);
    if (isEnd) ends.push({ ...textSoFar(row), characters });
  }

  /** Its texts so far at the ends that are scored, oldest first; one at least where the block has ended. */
  of(row: Row): readonly ScoredText[] {
    return this.#ends.get(row) ?? [];
  }
}
