/** Playing a run that was kept, from a file or from this device, beside the visitor's own settings. */
import type { Trace } from "../../core/types.ts";
import type { SavedRun, SavedRuns } from "./saved-runs.svelte.ts";
import type { Share } from "./share.svelte.ts";

export class OpenedRuns {
  readonly #share: Pick<Share, "readFile">;
  readonly #saved: Pick<SavedRuns, "open">;
  readonly #play: (trace: Trace) => Promise<void>;

  /** @param play empties the stage first */
  constructor(share: Pick<Share, "readFile">, saved: Pick<SavedRuns, "open">, play: (trace: Trace) => Promise<void>) {
    this.#share = share;
    this.#saved = saved;
    this.#play = play;
  }

  async openFile(file: File): Promise<void> {
    const trace = await this.#share.readFile(file);
    if (trace !== null) await this.#play(trace);
  }

  /** @returns whether it could be opened */
  async openSaved(run: SavedRun): Promise<boolean> {
    const trace = await this.#saved.open(run);
    if (trace !== null) await this.#play(trace);
    return trace !== null;
  }
}
