/** Code that comes when the page first needs it, and stays. */
export class Fetched<T> {
  #code = $state.raw<T | null>(null);
  #isMissing = $state(false);
  #pending: Promise<T | null> | null = null;
  readonly #import: () => Promise<T>;

  constructor(importCode: () => Promise<T>) {
    this.#import = importCode;
  }

  /** Null until it is here. */
  get now(): T | null {
    return this.#code;
  }

  /** It could not be fetched: no network, or a page older than what its server has. */
  get isMissing(): boolean {
    return this.#isMissing;
  }

  /** Fetches once, however often it is asked; after a failure, again. @returns null where it could not be fetched */
  fetch(): Promise<T | null> {
    this.#pending ??= this.#import().then(
      (code) => {
        this.#isMissing = false;
        return (this.#code = code);
      },
      () => {
        this.#isMissing = true;
        this.#pending = null;
        return null;
      },
    );
    return this.#pending;
  }
}
