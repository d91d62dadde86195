/** Where a run waits for the page: open lets every step through, closed holds until `releaseOne` or `open`. */
export class Gate {
  #isOpen = true;
  #waiting: (() => void)[] = [];

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Resolves when the next step may be taken. */
  pass(): Promise<void> {
    if (this.#isOpen) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  open(): void {
    this.#isOpen = true;
    for (const go of this.#waiting.splice(0)) go();
  }

  close(): void {
    this.#isOpen = false;
  }

  /** Lets one waiting step through and stays closed. */
  releaseOne(): void {
    this.#waiting.shift()?.();
  }
}
