/** One comparison in a page of somebody else: a recording plays, and on a press the same request runs in the worker. */
import { CAREFUL_JUDGE } from "../../core/judges.ts";
import type { Backend } from "../../core/types.ts";
import { Run, type Clock } from "../run/run.svelte.ts";
import { PageModels } from "../worker/models.svelte.ts";
import { Supervisor, type Link } from "../worker/supervisor.ts";
import { Selection } from "../stage/selection.svelte.ts";
import { laneFacts } from "../stage/facts.ts";
import { answerOf, type StageLane } from "../stage/stage.ts";
import type { EmbedLane, EmbedState, Wanted } from "./messages.ts";
import { readSubject, subjectLanes, type Subject } from "./subject.ts";

export interface EmbedHost {
  readonly spawn: () => Link;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly modelsUrl: string;
  readonly backend: Backend | "auto";
  /** A file of the page's folder of recordings; null where it is missing or no JSON. */
  readonly readExample: (file: string) => Promise<unknown>;
  readonly wantsLessMotion: () => boolean;
  /** Address of the whole page, without query and without `#`. */
  readonly wholePage: string;
}

/** Null says that it was done. */
export type Refusal = string | null;

export class Embed {
  subject = $state.raw<Subject | null>(null);
  /** Why the last load was refused; null where it was not. */
  trouble = $state.raw<string | null>(null);
  /** A run was asked for and waits for the models. */
  isWaiting = $state(false);
  readonly run: Run;
  readonly models: PageModels;
  readonly lanes: readonly StageLane[];
  readonly selection: Selection;
  /** The models of the laboratory come with the page; a chat model is a download for the whole page. */
  readonly canRun: boolean;
  readonly page: string;
  readonly #host: EmbedHost;
  /** Counts loads: one that was overtaken changes nothing. */
  #loads = 0;

  constructor(host: EmbedHost) {
    this.#host = host;
    const supervisor = new Supervisor(host.spawn, () => this.models.forget());
    const judge = () => this.subject?.judge ?? CAREFUL_JUDGE;
    this.models = new PageModels(supervisor, host.modelsUrl, host.backend, host.clock.now, judge);
    this.run = new Run(supervisor, host.clock, host.newId);
    this.lanes = $derived(this.subject === null ? [] : subjectLanes(this.subject, this.run.view));
    this.selection = new Selection(() => this.lanes);
    this.canRun = $derived(this.subject?.world === "laboratory");
    this.page = $derived(this.#host.wholePage + (this.subject?.hash ?? ""));
  }

  /** Shows what is wanted once all of it is read; before that, and where it is refused, all stays as it is. */
  async load(wanted: Wanted): Promise<Refusal> {
    const own = ++this.#loads;
    const reading = await readSubject(wanted, (name) => this.#host.readExample(`${name}.json`));
    if (own !== this.#loads) return "another load came before this one was read";
    if (reading.type === "refused") {
      if (this.subject === null) this.trouble = reading.why;
      return reading.why;
    }
    this.isWaiting = false;
    await this.run.stop();
    if (own !== this.#loads) return "another load came before this one was read";
    this.run.clear();
    this.selection.clear();
    this.trouble = null;
    this.subject = reading.subject;
    const { trace } = reading.subject;
    if (trace !== null) void this.run.play(trace, [], this.#host.wantsLessMotion());
    return null;
  }

  /** Why there is nothing to play; null where there is. */
  get playObstacle(): Refusal {
    if (this.subject === null) return "nothing is loaded";
    return this.subject.trace === null ? "this comparison has no recording; it can only run" : null;
  }

  /** Plays the recording from its start. Resolves when it is over. */
  async play(): Promise<void> {
    const { subject } = this;
    if (subject === null || subject.trace === null) return;
    await this.stop();
    if (this.subject === subject) await this.run.play(subject.trace, [], this.#host.wantsLessMotion());
  }

  /** Why a live run cannot begin now; null where it can. */
  get runObstacle(): Refusal {
    if (this.subject === null) return "nothing is loaded";
    if (!this.canRun) return `the chat model runs in the whole page only: ${this.page}`;
    return this.isWaiting || this.run.isLive ? "a run is under way" : null;
  }

  /** Loads the models where they are not here yet, and runs. Resolves when the run is over. */
  async runLive(): Promise<void> {
    const { subject } = this;
    if (subject === null || this.runObstacle !== null) return;
    this.isWaiting = true;
    await this.run.stop();
    const isReady = await this.models.load();
    // A stop or another load came meanwhile.
    if (!this.isWaiting || this.subject !== subject) return;
    this.isWaiting = false;
    if (isReady) await this.run.start(subject.request, [], false, this.models.report?.models);
  }

  async stop(): Promise<void> {
    this.isWaiting = false;
    await this.run.stop();
  }

  get error(): string | null {
    const { view } = this.run;
    if (this.models.state.status === "failed") return this.models.state.error.message;
    return view.error?.message ?? this.trouble;
  }

  /** What a page outside is told. */
  get state(): EmbedState {
    const { view, source } = this.run;
    return {
      phase: this.phase,
      source,
      prompt: this.subject?.request.prompt ?? "",
      lanes: this.lanes.map((lane) => this.#told(lane)),
      canRun: this.canRun,
      backend: view.device?.backend ?? null,
      threads: view.device?.threads ?? null,
      error: this.error,
      page: this.page,
    };
  }

  get phase(): EmbedState["phase"] {
    const { phase } = this.run.view;
    if (this.subject === null) return "empty";
    if (this.isWaiting) return "loading";
    if (this.models.state.status === "failed") return "failed";
    return phase === "idle" ? "ready" : phase;
  }

  #told(lane: StageLane): EmbedLane {
    const facts = lane.index === null ? null : laneFacts(this.run.view, lane.index);
    return {
      name: lane.request.name,
      text: answerOf(lane),
      tokens: facts?.length ?? 0,
      kl: facts?.kl?.nats ?? null,
    };
  }
}
