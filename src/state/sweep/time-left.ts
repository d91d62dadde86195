/** Time left of a sweep, from what its jobs took so far; waiting for the visitor does not count. */
export class TimeLeft {
  #spentMs = 0;
  #doneRows = 0;
  #lastMs: number | null = null;

  /** Something arrived: the time since the last call was work. */
  tick(nowMs: number): void {
    if (this.#lastMs !== null) this.#spentMs += nowMs - this.#lastMs;
    this.#lastMs = nowMs;
  }

  /** What follows until the next `tick` is no work. */
  rest(): void {
    this.#lastMs = null;
  }

  finish(rows: number): void {
    this.#doneRows += rows;
  }

  /** null while nothing has been finished. */
  secondsLeft(rowsLeft: number): number | null {
    if (this.#doneRows === 0) return null;
    return ((this.#spentMs / this.#doneRows) * rowsLeft) / 1000;
  }
}
