/**
 * Probes of sources, and readings of finished texts, one at a time. They wait for nobody and give way to everything that a
 * visitor asks for.
 */
import { RunError } from "../src/core/errors.ts";
import { checkLensAsk, type LensAsk, type LensNews } from "../src/core/lens/reading.ts";
import type { SourceId } from "../src/core/sources/spec.ts";
import type { RunRequest } from "../src/core/types.ts";
import type { Models } from "../src/engine/interfaces.ts";
import { readThrough } from "../src/engine/lens/read-through.ts";
import { probeCost } from "../src/engine/reweigh/probe-cost.ts";
import { probeEnd } from "../src/engine/reweigh/probe-end.ts";
import type { ProbeControl } from "../src/engine/reweigh/probe-text.ts";
import type { ProbedCost, ProbedEnd } from "./protocol.ts";
import type { Emit } from "./stream.ts";

export interface ProbeClock {
  readonly now: () => number;
  /** Lets messages in, so that others can ask for the models. */
  readonly rest: () => Promise<void>;
}

export class Probes {
  readonly #clock: ProbeClock;
  readonly #free: () => Models;
  #current: { readonly controller: AbortController; readonly end: Promise<unknown> } | null = null;

  /** @param free the models, where nobody else uses them at this moment; throws where somebody does */
  constructor(clock: ProbeClock, free: () => Models) {
    this.#clock = clock;
    this.#free = free;
  }

  cost(request: RunRequest, id: SourceId): Promise<ProbedCost | null> {
    return this.#alone((models, control) => probeCost(request, id, models, control));
  }

  end(request: RunRequest, id: SourceId, start: number): Promise<ProbedEnd | null> {
    return this.#alone((models, control) => probeEnd(request, id, start, models, control));
  }

  /** Each reading is taken before the next is sent, so that its caller has all when this ends. @throws RunError "aborted" and others */
  async read(ask: LensAsk, emit: Emit<LensNews>): Promise<null> {
    const checked = checkLensAsk(ask);
    const tell = async (news: LensNews): Promise<void> => emit(news);
    // Progress is not awaited: a slow page must not slow the work.
    const onProgress = (done: number, total: number): void =>
      void tell({ type: "progress", done, total }).catch(() => undefined);
    return this.#alone(async (models, { signal, turn }) => {
      const cancelled = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      for await (const reading of readThrough(models, checked, { signal, rest: turn, onProgress })) {
        await Promise.race([tell({ type: "read", reading }), cancelled]);
      }
      return null;
    });
  }

  /** Ends the probe under way, which then fails as aborted, and waits until it has let the models go: a token at most. */
  async giveWay(): Promise<void> {
    while (this.#current !== null) {
      const { controller, end } = this.#current;
      controller.abort();
      await end;
    }
  }

  async #alone<T>(work: (models: Models, control: ProbeControl) => Promise<T | null>): Promise<T | null> {
    while (this.#current !== null) await this.giveWay();
    // Asked for at the last moment: a run may have come in meanwhile.
    const models = this.#free();
    const controller = new AbortController();
    const { now, rest } = this.#clock;
    const working = work(models, { signal: controller.signal, now, turn: rest });
    const current = { controller, end: working.catch(() => undefined) };
    this.#current = current;
    try {
      const found = await working;
      if (controller.signal.aborted)
        throw new RunError("aborted", "The trial gave way to what was asked for meanwhile.");
      return found;
    } finally {
      if (this.#current === current) this.#current = null;
    }
  }
}
