/** Tells a live run what the visitor moves: gathered for a moment, and only what differs from what it heard last. */
import type { RunRequest } from "../../core/types.ts";
import { changeOf } from "../settings/to-request.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import { liveChanges } from "./live-changes.ts";
import type { Run } from "./run.svelte.ts";

/** Slider moves are gathered for this long before the worker hears of them. */
const GATHER_MS = 60;

export class LiveSender {
  readonly #run: Run;
  readonly #settings: Settings;
  readonly #sleep: (ms: number) => Promise<void>;
  /** Called before the run hears of new settings. */
  readonly #onSend: () => void;
  #isGathering = false;
  #sent: readonly string[] = [];

  constructor(run: Run, settings: Settings, sleep: (ms: number) => Promise<void>, onSend: () => void) {
    this.#run = run;
    this.#settings = settings;
    this.#sleep = sleep;
    this.#onSend = onSend;
  }

  /** What a run that begins knows. */
  begin(request: RunRequest): void {
    this.#sent = request.lanes.map((lane) => JSON.stringify(changeOf(lane.strategy)));
  }

  async moved(): Promise<void> {
    if (!this.#run.isLive || this.#isGathering) return;
    this.#isGathering = true;
    await this.#sleep(GATHER_MS);
    this.#isGathering = false;
    // A paused run decodes nothing: its text is re-weighted meanwhile, and it hears of the last move before it goes on.
    if (!this.#run.isPaused) await this.send();
  }

  /** Tells the live run what moved; all of it is on its way when this first waits. */
  async send(): Promise<void> {
    if (!this.#run.isLive) return;
    this.#onSend();
    const sent: Promise<void>[] = [];
    for (const { index, change } of liveChanges(this.#settings.data, this.#run.view, this.#run.laneIds)) {
      const text = JSON.stringify(change);
      if (text === this.#sent[index]) continue;
      this.#sent = this.#sent.with(index, text);
      sent.push(this.#run.change(index, change));
    }
    await Promise.all(sent);
  }
}
