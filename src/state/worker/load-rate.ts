/** Time left of a download, from what has arrived so far. */
export class LoadRate {
  #startMs: number | null = null;
  #startBytes = 0;

  /** Seconds left, or null while too little is known to say (under 0.3 s or no bytes yet). */
  secondsLeft(nowMs: number, loadedBytes: number, totalBytes: number): number | null {
    if (this.#startMs === null) {
      this.#startMs = nowMs;
      this.#startBytes = loadedBytes;
    }
    const seconds = (nowMs - this.#startMs) / 1000;
    const bytes = loadedBytes - this.#startBytes;
    if (seconds < 0.3 || bytes <= 0) return null;
    return ((totalBytes - loadedBytes) * seconds) / bytes;
  }
}
