/** Finds the weight that a new source starts with: the one that costs about 3 nats, by a short probe in the worker. */
import { canWeigh, type SourceId, type SourceSpec } from "../../core/sources/spec.ts";
import { sourceProblem } from "../../core/sources/parse.ts";
import type { ProbedCost } from "../../../workers/protocol.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import { toRequest } from "../settings/to-request.ts";
import type { PageModels } from "../worker/models.svelte.ts";
import type { Supervisor } from "../worker/supervisor.ts";

export type ProbeNote =
  { readonly type: "probing" } | { readonly type: "found"; readonly cost: ProbedCost } | { readonly type: "failed" };

export class SourceProbes {
  /** What is known of sources whose weight the visitor has not set. */
  notes = $state.raw<Readonly<Record<SourceId, ProbeNote>>>({});
  readonly #supervisor: Supervisor;
  readonly #settings: Settings;
  readonly #models: PageModels;
  readonly #isRunning: () => boolean;
  /** What each source said when it was probed last. */
  readonly #probed = new Map<SourceId, string>();
  #work: Promise<void> = Promise.resolve();

  constructor(supervisor: Supervisor, settings: Settings, models: PageModels, isRunning: () => boolean) {
    this.#supervisor = supervisor;
    this.#settings = settings;
    this.#models = models;
    this.#isRunning = isRunning;
  }

  /**
   * Probes the sources that want it, one after another. Where the models are not here, or a run is going, they wait for
   * the next call; a run calls before it begins.
   */
  look(): Promise<void> {
    this.#work = this.#work.then(() => this.#lookNow());
    return this.#work;
  }

  async #lookNow(): Promise<void> {
    for (const spec of this.#settings.data.sources) {
      if (this.#models.report === null || this.#isRunning()) return;
      if (this.#wants(spec)) await this.#probe(spec);
    }
  }

  #wants(spec: SourceSpec): boolean {
    if (!this.#settings.isUntouchedSource(spec.id) || sourceProblem(spec) !== null) return false;
    if (!canWeigh("genarm", spec) && !canWeigh("vas", spec)) return false;
    return this.#probed.get(spec.id) !== JSON.stringify(spec);
  }

  async #probe(spec: SourceSpec): Promise<void> {
    const { id } = spec;
    this.#probed.set(id, JSON.stringify(spec));
    this.#note(id, { type: "probing" });
    try {
      // The source by itself: others may not be ready to be asked.
      const request = toRequest({ ...this.#settings.data, sources: [spec] });
      const settled = await this.#supervisor.call((api) => api.probeSource(request, id));
      const cost = settled.ok ? settled.value : null;
      if (cost === null) this.#note(id, { type: "failed" });
      else if (this.#settings.isUntouchedSource(id)) {
        this.#settings.setProbedWeight(id, cost.weight);
        this.#note(id, { type: "found", cost });
      }
    } catch {
      // The worker died; the supervisor has told the page, and the weight stays as it is.
      this.#note(id, { type: "failed" });
    }
  }

  #note(id: SourceId, note: ProbeNote): void {
    this.notes = { ...this.notes, [id]: note };
  }
}
