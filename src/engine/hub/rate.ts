/** Speed of a download over its last seconds, and the time left at that speed. */

const WINDOW_MS = 5000;
/** Less than this says nothing of a speed. */
const SHORTEST_MS = 300;

export class Rate {
  #marks: { readonly ms: number; readonly bytes: number }[] = [];

  /** @returns bytes a second, or null while too little is known to say */
  mark(ms: number, bytes: number): number | null {
    // A download that starts again brings fewer bytes than before: what was measured is void.
    if (bytes < (this.#marks.at(-1)?.bytes ?? 0)) this.#marks = [];
    this.#marks.push({ ms, bytes });
    while (this.#marks.length > 2 && (this.#marks[1]?.ms ?? ms) <= ms - WINDOW_MS) this.#marks.shift();
    const first = this.#marks[0];
    if (first === undefined || ms - first.ms < SHORTEST_MS || bytes <= first.bytes) return null;
    return ((bytes - first.bytes) * 1000) / (ms - first.ms);
  }
}
