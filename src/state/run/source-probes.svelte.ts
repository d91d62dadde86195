/**
 * Finds the weight that a new source starts with, the one that costs about 3 nats, and where its slider ends, the weight at
 * which texts fall apart: by short probes in the worker.
 */
import { canWeigh, type SourceId, type SourceSpec } from "../../core/sources/spec.ts";
import { sourceProblem } from "../../core/sources/parse.ts";
import type { ProbedCost, ProbedEnd } from "../../../workers/protocol.ts";
import { provisionalEnd } from "../settings/settings-data.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import { toRequest } from "../settings/to-request.ts";
import type { PageModels } from "../worker/models.svelte.ts";
import type { Supervisor } from "../worker/supervisor.ts";

export type ProbeNote =
  | { readonly type: "probing" }
  | { readonly type: "failed" }
  | {
      readonly type: "found";
      readonly cost: ProbedCost;
      /** Null where it could not be told. */
      readonly end: ProbedEnd | "probing" | null;
    };

export class SourceProbes {
  /** What is known of sources whose weight the visitor has not set. */
  notes = $state.raw<Readonly<Record<SourceId, ProbeNote>>>({});
  readonly #supervisor: Supervisor;
  readonly #settings: Settings;
  readonly #models: PageModels;
  readonly #isRunning: () => boolean;
  /** What each source said when it was probed last. */
  readonly #probed = new Map<SourceId, string>();
  #costs: Promise<void> = Promise.resolve();
  #ends: Promise<void> = Promise.resolve();

  constructor(supervisor: Supervisor, settings: Settings, models: PageModels, isRunning: () => boolean) {
    this.#supervisor = supervisor;
    this.#settings = settings;
    this.#models = models;
    this.#isRunning = isRunning;
  }

  /**
   * Probes the sources that want it, one after another: first their starting weights, then the ends of their sliders. While
   * no models are here, or a run is going, they wait for the next call.
   */
  look(): Promise<void> {
    const costs = this.ready();
    this.#ends = Promise.all([costs, this.#ends]).then(() => this.#lookForEnds());
    return this.#ends;
  }

  /** Before a run: where sources start. An end that is being looked for gives way. */
  ready(): Promise<void> {
    this.#costs = this.#costs.then(() => this.#lookForCosts());
    return this.#costs;
  }

  async #lookForCosts(): Promise<void> {
    for (const spec of this.#settings.data.sources) {
      if (!this.#isFree()) return;
      if (this.#wants(spec)) await this.#probe(spec);
    }
  }

  async #lookForEnds(): Promise<void> {
    for (const { id } of this.#settings.data.sources) {
      if (!this.#isFree()) return;
      const note = this.notes[id];
      if (note?.type === "found" && note.end === "probing") await this.#probeEnd(id, note.cost);
    }
  }

  #isFree(): boolean {
    return this.#models.report !== null && !this.#isRunning();
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
      if (!settled.ok && settled.error.code === "aborted") {
        this.#probed.delete(id);
        return this.#note(id, { type: "failed" });
      }
      const cost = settled.ok ? settled.value : null;
      if (cost === null) this.#note(id, { type: "failed" });
      else if (this.#settings.isUntouchedSource(id)) {
        this.#settings.setProbedWeight(id, cost.weight);
        this.#settings.setSliderEnd(id, provisionalEnd(cost.weight));
        this.#note(id, { type: "found", cost, end: "probing" });
      }
    } catch {
      // The worker died; the supervisor has told the page, and the weight stays as it is.
      this.#note(id, { type: "failed" });
    }
  }

  async #probeEnd(id: SourceId, cost: ProbedCost): Promise<void> {
    const spec = this.#settings.data.sources.find((each) => each.id === id);
    if (spec === undefined) return;
    const said = JSON.stringify({ ...spec, name: "" });
    const request = toRequest({ ...this.#settings.data, sources: [spec] });
    try {
      const settled = await this.#supervisor.call((api) => api.probeEnd(request, id, cost.weight));
      // It gave way to a run, or came too late before one, and the next call looks again.
      if (!settled.ok && ["aborted", "invalid-request"].includes(settled.error.code)) return;
      const end = settled.ok ? settled.value : null;
      const now = this.#settings.data.sources.find((each) => each.id === id);
      if (now === undefined || JSON.stringify({ ...now, name: "" }) !== said) return;
      if (end !== null) this.#settings.setSliderEnd(id, end.weight);
      this.#note(id, { type: "found", cost, end });
    } catch {
      // The worker died; the slider keeps its provisional end.
      this.#note(id, { type: "found", cost, end: null });
    }
  }

  #note(id: SourceId, note: ProbeNote): void {
    this.notes = { ...this.notes, [id]: note };
  }
}
