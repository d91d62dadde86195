/** A part of the playground whose code comes with the view that shows it: made once, out of what the playground lends. */
export class PlaygroundPart<Host, T> {
  #now = $state.raw<T | null>(null);
  readonly #lend: () => Host;

  constructor(lend: () => Host) {
    this.#lend = lend;
  }

  /** Null while nobody has asked for it. */
  get now(): T | null {
    return this.#now;
  }

  make(build: (host: Host) => T): T {
    const begin = (): T => (this.#now ??= build(this.#lend()));
    // What it derives lives as long as the page, and not as the view that asked first.
    $effect.root(() => void begin());
    // Svelte leaves effects out where nothing is rendered, as in Node.
    return begin();
  }
}
