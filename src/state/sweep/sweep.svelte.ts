/** One sweep: starts, pauses, stops, survives a reload, and goes on where it stopped. */
import { RunError, toErrorData, type ErrorData } from "../../core/errors.ts";
import type { RankingRule } from "../../core/selection.ts";
import { Pace } from "../../core/pace.ts";
import { jobsOf, rowsOfJob, sizeOf } from "../../core/sweep.ts";
import type { JobOutcome, SweepEvent, SweepJob, SweepPlan } from "../../core/sweep.ts";
import type { Weights } from "../../core/types.ts";
import { Gate } from "../run/gate.ts";
import type { World } from "../settings/worlds.ts";
import { defaultForm, furtherSettings, parseForm, type SweepForm } from "./form.ts";
import type { SweepHost } from "./host.ts";
import { readingOf } from "./next-plan.ts";
import { repeatForm } from "./lanes-plan.ts";
import { PLAIN_RULE, runsDone, type SweepPoint } from "./points.ts";
import { Reader } from "./reader.ts";
import { RecordedSweep } from "./recorded.svelte.ts";
import { rulesUnder } from "./rules.ts";
import type { SweepStore } from "./store.ts";
import { isFromOthers, rankingTrouble, storageTrouble, type SweepTrouble } from "./trouble.ts";

export type SweepPhase = "none" | "loading" | "running" | "paused" | "stopped" | "done";

export const SWEEP_CHARTS = ["matrix", "map", "over", "price"] as const;
export type SweepChart = (typeof SWEEP_CHARTS)[number];

/** Each world has a form of its own, as it has its own settings. */
const FORM_KEYS: Readonly<Record<World, string>> = { laboratory: "tiller.sweep", chat: "tiller.sweep.chat" };

export class Sweep {
  phase = $state<SweepPhase>("none");
  plan = $state.raw<SweepPlan | null>(null);
  outcomes = $state.raw<ReadonlyMap<number, JobOutcome>>(new Map());
  /** Jobs that the models refused, with the reason of the latest. */
  refused = $state.raw<ReadonlyMap<number, ErrorData>>(new Map());
  trouble = $state.raw<SweepTrouble | null>(null);
  secondsLeft = $state.raw<number | null>(null);
  /** Tokens of the job under way. */
  step = $state(0);
  points = $state.raw<readonly SweepPoint[]>([]);
  /** By what the pools are ranked, the plain rule first. */
  rules = $state.raw<readonly RankingRule[]>([PLAIN_RULE]);
  readonly size = $derived(this.plan === null ? null : sizeOf(this.plan));
  readonly done = $derived(this.plan === null ? 0 : runsDone(this.plan, this.outcomes));
  readonly next;
  /** Whether what an earlier visit left has been looked for. */
  isOpened = $state(false);
  /** The chart that the visitor chose; null while the page chooses. */
  chart = $state<SweepChart | null>(null);
  /** Shown while there is no plan. */
  readonly recorded: RecordedSweep;
  readonly saveFile: SweepHost["saveFile"];
  readonly #host: SweepHost;
  readonly #store: SweepStore;
  readonly #reader: Reader;
  #forms = $state.raw<Readonly<Record<World, SweepForm>>>({ laboratory: defaultForm(), chat: defaultForm("chat") });
  #gate = new Gate();
  #sweepId = "";
  #pace = new Pace();
  /** Rows of the jobs that this start has finished. */
  #doneRows = 0;
  /** Counts starts and stops: a start that was overtaken while the models loaded goes no further. */
  #turn = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(host: SweepHost, store: SweepStore) {
    this.#host = host;
    this.#store = store;
    this.saveFile = host.saveFile;
    const kept = (world: World): SweepForm =>
      parseForm(host.storage?.getItem(FORM_KEYS[world]) ?? null) ?? defaultForm(world);
    this.#forms = { laboratory: kept("laboratory"), chat: kept("chat") };
    const reader = (): Reader =>
      new Reader((pools, readings) => host.supervisor.call((api) => api.readPools(pools, readings)));
    this.#reader = reader();
    this.recorded = new RecordedSweep(host.readExample, reader());
    /** The plan that the form asks for now. */
    this.next = $derived(readingOf(this.form, host.settings, host.models.report));
  }

  /** That of the world on the screen. */
  get form(): SweepForm {
    return this.#forms[this.#host.settings.world];
  }

  get isActive(): boolean {
    return this.phase === "loading" || this.phase === "running" || this.phase === "paused";
  }

  /** Brings back what an earlier visit left. */
  async open(): Promise<void> {
    try {
      const saved = await this.#store.load();
      if (saved === null || this.plan !== null) return;
      this.plan = saved.plan;
      this.outcomes = saved.outcomes;
      this.phase = this.#left().length === 0 ? "done" : "stopped";
      await this.#refresh();
    } catch (error) {
      this.trouble = storageTrouble(error, this.trouble, 0);
    } finally {
      this.isOpened = true;
    }
  }

  update(patch: Partial<SweepForm>): void {
    const { world } = this.#host.settings;
    this.#forms = { ...this.#forms, [world]: { ...this.form, ...patch } };
    this.#host.storage?.setItem(FORM_KEYS[world], JSON.stringify(this.form));
  }

  /** Asks for the lanes of the playground over ten prompts and five seeds; the visitor starts it. */
  repeatLanes(): void {
    this.update(repeatForm(this.#host.settings));
  }

  setRules(rules: readonly RankingRule[]): void {
    this.rules = [PLAIN_RULE, ...rules];
    void this.#refresh();
  }

  /** Starts the form's plan; what was there is forgotten. */
  async start(): Promise<void> {
    if (this.next.type !== "plan" || this.isActive) return;
    const { plan } = this.next;
    this.#forget();
    this.plan = plan;
    this.rules = rulesUnder(this.#host.settings.data.judge, this.rules);
    await this.#save((store) => store.begin(plan));
    await this.#go();
  }

  /** Decodes what is left of the plan. */
  async resume(): Promise<void> {
    if (this.plan === null || this.isActive) return;
    this.trouble = null;
    await this.#go();
  }

  /** One more setting for every strategy of the sweep, prompt and seed: the pad's next weights. */
  async extend(weights: Weights): Promise<void> {
    if (this.plan === null || this.isActive) return;
    const added = furtherSettings(this.plan, weights);
    if (added.length === 0) return;
    this.trouble = rankingTrouble(added, this.#host.settings.data.judge);
    if (this.trouble !== null) return;
    const plan = { ...this.plan, waves: [...this.plan.waves, added] };
    this.plan = plan;
    await this.#save((store) => store.extend(plan));
    await this.#go();
  }

  pause(): void {
    if (this.phase !== "running") return;
    this.#gate.close();
    this.#pace.rest();
    this.phase = "paused";
  }

  goOn(): void {
    if (this.phase !== "paused") return;
    this.phase = "running";
    this.#gate.open();
  }

  /** Ends the decoding and keeps every finished job. */
  async stop(): Promise<void> {
    if (!this.isActive) return;
    this.#turn++;
    if (this.phase === "loading") return this.#end();
    const sweepId = this.#sweepId;
    await this.#host.supervisor.askToStop((api) => api.cancel(sweepId));
    this.#gate.open();
    await this.#running;
  }

  async clear(): Promise<void> {
    await this.stop();
    this.#forget();
    this.plan = null;
    this.phase = "none";
    await this.#save((store) => store.clear());
  }

  #forget(): void {
    this.outcomes = new Map();
    this.refused = new Map();
    this.points = [];
    this.trouble = null;
    this.#reader.forget();
  }

  #left(): { readonly index: number; readonly job: SweepJob }[] {
    if (this.plan === null) return [];
    return jobsOf(this.plan).flatMap((job, index) => (this.outcomes.has(index) ? [] : [{ index, job }]));
  }

  #go(): Promise<void> {
    this.#running = this.#decode();
    return this.#running;
  }

  async #decode(): Promise<void> {
    const turn = ++this.#turn;
    this.phase = "loading";
    this.refused = new Map();
    this.secondsLeft = null;
    await this.#host.stopRun();
    const isReady = await this.#host.models.load();
    if (isReady) await this.#host.prepare();
    if (turn !== this.#turn) return;
    if (!isReady) {
      const { state } = this.#host.models;
      if (state.status === "failed") this.trouble = { type: "failed", error: state.error };
      return this.#end();
    }
    if (isFromOthers(this.outcomes, this.#host.models.report?.models ?? [])) {
      this.trouble = { type: "other-models" };
      return this.#end();
    }
    const left = this.#left();
    const sweepId = this.#host.newId();
    this.#sweepId = sweepId;
    this.#gate = new Gate();
    this.#pace = new Pace();
    this.#doneRows = 0;
    this.#heard();
    this.phase = "running";
    try {
      const requests = left.map(({ job }) => job.request);
      await this.#host.supervisor.callLong(this.#host.clock, (api, heard) =>
        api.sweep(sweepId, requests, (event) => {
          heard();
          return this.#take(event, sweepId, left);
        }),
      );
    } catch (error) {
      this.trouble = { type: "failed", error: toErrorData(error) };
    }
    this.#end();
    if (this.trouble?.type === "failed") this.#host.supervisor.killIfFatal(this.trouble.error);
  }

  #end(): void {
    this.phase = this.#left().length === 0 ? "done" : "stopped";
    this.step = 0;
    this.secondsLeft = null;
  }

  async #take(
    event: SweepEvent,
    sweepId: string,
    left: readonly { readonly index: number; readonly job: SweepJob }[],
  ): Promise<void> {
    if (sweepId !== this.#sweepId) return;
    this.#heard();
    if (event.type === "step") {
      this.step = event.step + 1;
      return this.#gate.pass();
    }
    if (event.type === "failed") this.trouble = { type: "failed", error: event.error };
    if (event.type !== "ran" && event.type !== "refused") return;
    const { index } = left[event.job]!;
    this.step = 0;
    this.#doneRows += rowsOfJob(left[event.job]!.job);
    this.#heard();
    const rowsLeft = left.slice(event.job + 1).reduce((sum, { job }) => sum + rowsOfJob(job), 0);
    this.secondsLeft = this.#pace.secondsLeft(rowsLeft);
    if (event.type === "refused") {
      this.refused = new Map([...this.refused, [index, event.error]]);
      return;
    }
    this.outcomes = new Map([...this.outcomes, [index, event.outcome]]);
    await this.#save((store) => store.put(index, event.outcome));
    await this.#refresh();
  }

  #heard(): void {
    this.#pace.mark(this.#host.clock.now(), this.#doneRows);
  }

  async #refresh(): Promise<void> {
    const { plan } = this;
    if (plan === null) return;
    try {
      const points = await this.#reader.read(plan, this.outcomes, this.rules);
      if (points !== null && plan === this.plan) this.points = points;
    } catch (error) {
      // The worker died while it read; what it says of that comes another way, and the next reading tries again.
      if (!(error instanceof RunError)) throw error;
    }
  }

  async #save(write: (store: SweepStore) => Promise<void>): Promise<void> {
    try {
      await write(this.#store);
    } catch (error) {
      this.trouble = storageTrouble(error, this.trouble, 1);
    }
  }
}
