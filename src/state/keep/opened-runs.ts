/** Playing a run that was kept, from a file or from this device, beside the visitor's own settings. */
import type { Trace } from "../../core/types.ts";
import type { SavedRun, SavedRuns } from "./saved-runs.svelte.ts";
import type { Share } from "./share.svelte.ts";

export class OpenedRuns {
  readonly #share: Pick<Share, "readFile">;
  readonly #play: (trace: Trace) => Promise<void>;

  /** @param play empties the stage first */
  constructor(share: Pick<Share, "readFile">, play: (trace: Trace) => Promise<void>) {
    this.#share = share;
    this.#play = play;
  }

  async openFile(file: File): Promise<void> {
    const trace = await this.#share.readFile(file);
    if (trace !== null) await this.#play(trace);
  }

  /** @returns whether it could be opened */
  async openSaved(saved: Pick<SavedRuns, "open">, run: SavedRun): Promise<boolean> {
    const trace = await saved.open(run);
    if (trace !== null) await this.#play(trace);
    return trace !== null;
  }
}
