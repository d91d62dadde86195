/**
 * The speed of long work and the time that is left of it. The time now is an argument.
 *
 *   units a second = (done now - done at first) / seconds of work between        seconds left = units left / that
 *
 * Units may be bytes, rows or texts. Time in which the work rests is not counted.
 */

export interface PaceOptions {
  /** Only so much of the latest work counts; the whole of it where nothing is said. */
  readonly windowMs?: number;
  /** Less work than this tells no speed. */
  readonly shortestMs?: number;
}

export class Pace {
  readonly #windowMs: number;
  readonly #shortestMs: number;
  /** Milliseconds of work so far, and what was done by then; oldest first. */
  #marks: { readonly ms: number; readonly done: number }[] = [];
  #workMs = 0;
  #lastMs: number | null = null;

  constructor({ windowMs = Infinity, shortestMs = 0 }: PaceOptions = {}) {
    this.#windowMs = windowMs;
    this.#shortestMs = shortestMs;
  }

  /** @param done units in all; fewer than before mean that the work began anew */
  mark(nowMs: number, done: number): void {
    if (this.#lastMs !== null) this.#workMs += nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (done < (this.#marks.at(-1)?.done ?? 0)) this.#marks = [];
    this.#marks.push({ ms: this.#workMs, done });
    const from = this.#workMs - this.#windowMs;
    while (this.#marks.length > 2 && this.#marks[1]!.ms <= from) this.#marks.shift();
    // Without a window the first mark and the latest say everything.
    if (from === -Infinity && this.#marks.length > 2) this.#marks.splice(1, this.#marks.length - 2);
  }

  /** What follows until the next mark is no work. */
  rest(): void {
    this.#lastMs = null;
  }

  /** Units a second; null while too little is known to say. */
  get perSecond(): number | null {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (first === undefined || last === undefined) return null;
    const ms = last.ms - first.ms;
    if (ms <= 0 || ms < this.#shortestMs || last.done <= first.done) return null;
    return ((last.done - first.done) * 1000) / ms;
  }

  secondsLeft(unitsLeft: number): number | null {
    const { perSecond } = this;
    return perSecond === null ? null : unitsLeft / perSecond;
  }
}

/** Downloads: their last five seconds, and nothing from the first 0.3 s. */
export const DOWNLOAD_PACE: PaceOptions = { windowMs: 5000, shortestMs: 300 };
