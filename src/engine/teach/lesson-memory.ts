/** Answers and readings of earlier lessons over the same models, as long as these are loaded. */
import type { Reading } from "./read-rewards.ts";
import type { Answer } from "./sample-answers.ts";

/** Rounds of answers: 300 answers of 42 states with 576 numbers take 29 MB, and four times that for a scorer. */
const MOST_ANSWERS = 4;
/** Readings hold the plausible tokens alone, and are small. */
const MOST_READINGS = 40;

export class Remembered<T> {
  readonly #most: number;
  readonly #kept = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  /** What is kept under a key, else what `make` makes of it; the oldest give way. */
  async find(key: string, make: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const made = await make();
    this.#kept.set(key, made);
    for (const old of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) break;
      this.#kept.delete(old);
    }
    return made;
  }
}

export class LessonMemory {
  readonly answers = new Remembered<readonly Answer[]>(MOST_ANSWERS);
  readonly readings = new Remembered<readonly Reading[]>(MOST_READINGS);
}
