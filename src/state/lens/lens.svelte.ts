/** The lens: which texts are read through which reward, what came of it, and the work that fetches it. */
import { toErrorData, RunError, type ErrorData } from "../../core/errors.ts";
import { LENS_LIMITS, type LensAsk, type LensReading, type LensReward } from "../../core/lens/reading.ts";
import type { JobOutcome } from "../../core/sweep.ts";
import type { RunRequest } from "../../core/types.ts";
import type { LensGroup, LensSample } from "./groups.ts";
import { requestInView, type LensHost } from "./host.ts";
import { LensTexts } from "./texts.svelte.ts";
import { rewardChoices, type RewardChoice } from "./rewards.ts";
import { groupsWritten, sampleRequests } from "./write-samples.ts";

export type LensState =
  | { readonly status: "idle" }
  /** The models are on their way. */
  | { readonly status: "loading" }
  | { readonly status: "reading" | "writing"; readonly done: number; readonly total: number }
  | { readonly status: "failed"; readonly error: ErrorData };

export type Obstacle = "running" | "sweeping";
/** Scores of beginnings: after each sentence, or after so many tokens. */
export const AFTERS = ["sentence", "4", "1"] as const;
export type After = (typeof AFTERS)[number];

export class Lens {
  state = $state.raw<LensState>({ status: "idle" });
  after = $state<After>("4");
  #rewardId = $state<string | null>(null);
  #readings = $state.raw<ReadonlyMap<string, LensReading>>(new Map());
  /** Whether the bundled models, with their objectives, are here or will be. */
  readonly hasObjectives: boolean;
  readonly choices: readonly RewardChoice[];
  readonly choice: RewardChoice;
  readonly texts: LensTexts;
  readonly obstacle: Obstacle | null;
  readonly saveFile: LensHost["saveFile"];
  readonly #host: LensHost;
  #sweepId: string | null = null;
  /** Counts what was asked for: work that was overtaken goes no further. */
  #turn = 0;

  constructor(host: LensHost) {
    this.#host = host;
    this.saveFile = host.saveFile;
    this.texts = new LensTexts(host);
    const { settings, run, models } = host;
    // A bundle has no line-up.
    this.hasObjectives = $derived(settings.world === "laboratory" && models.report?.lineup === undefined);
    this.choices = $derived(
      rewardChoices({ settings: settings.data, kind: this.request.kind, hasObjectives: this.hasObjectives }),
    );
    this.choice = $derived(this.choices.find(({ id }) => id === this.#rewardId) ?? this.#steering());
    this.obstacle = $derived(run.isActive ? "running" : host.sweep()?.isActive === true ? "sweeping" : null);
  }

  get request(): RunRequest {
    return requestInView(this.#host);
  }

  get groups(): readonly LensGroup[] {
    return this.texts.groups;
  }

  /** The text that is shown token by token; null where there is none. */
  get text(): LensSample | null {
    return this.texts.chosen;
  }

  get isBusy(): boolean {
    return this.state.status === "loading" || this.state.status === "reading" || this.state.status === "writing";
  }

  setReward(id: string): void {
    this.#rewardId = id;
    this.#goOn();
  }

  setText(key: string): void {
    this.texts.choose(key);
    this.#goOn();
  }

  setAfter(after: After): void {
    this.after = after;
    this.#goOn();
  }

  /** Of the reward in use. */
  readingOf(sample: LensSample): LensReading | null {
    return this.#readings.get(this.#key(this.choice.reward, sample)) ?? null;
  }

  truthOf(sample: LensSample): number | null {
    const { reward } = this.choice;
    if (reward.type === "source") return null;
    return this.#readings.get(this.#key({ type: "truth", objective: reward.objective }, sample))?.score ?? null;
  }

  get detail(): LensReading | null {
    return this.text === null ? null : (this.#readings.get(this.#detailKey(this.text)) ?? null);
  }

  /** Loads the models where they are not here, then reads the text in view, and the score of every text. */
  async read(): Promise<void> {
    await this.#alone(async (goesOn) => this.#readAll(goesOn));
  }

  /** Writes samples of the prompt in view, then reads them. */
  async write(maxTokens: number, withSteered: boolean): Promise<void> {
    await this.#alone(async (goesOn) => {
      const base = this.request;
      const requests = sampleRequests(base, maxTokens, withSteered);
      const outcomes = new Map<number, JobOutcome>();
      this.state = { status: "writing", done: 0, total: requests.length };
      const sweepId = this.#host.newId();
      this.#sweepId = sweepId;
      const { supervisor, clock } = this.#host;
      let failure: ErrorData | null = null;
      await supervisor.callLong(clock, (api, heard) =>
        api.sweep(sweepId, requests, (event) => {
          heard();
          if (event.type === "ran") outcomes.set(event.job, event.outcome);
          if (event.type === "failed" || event.type === "refused") failure = event.error;
          if (event.type === "step" && goesOn()) {
            this.state = { status: "writing", done: event.job + (event.step + 1) / maxTokens, total: requests.length };
          }
        }),
      );
      this.#sweepId = null;
      if (outcomes.size > 0) this.texts.keep(base, groupsWritten(base, requests, outcomes));
      if (failure !== null) throw asError(failure);
      if (goesOn()) await this.#readAll(goesOn);
    });
  }

  /** Ends what is under way; what was read or written until then stays. */
  async stop(): Promise<void> {
    if (!this.isBusy) return;
    this.#turn++;
    const { status } = this.state;
    this.state = { status: "idle" };
    const { supervisor } = this.#host;
    const sweepId = this.#sweepId;
    if (status === "writing" && sweepId !== null) await supervisor.askToStop((api) => api.cancel(sweepId));
    if (status === "reading") await supervisor.askToStop((api) => api.cancelReading());
  }

  /** What was read once is read again under another reward, where that costs no download. */
  #goOn(): void {
    if (this.#readings.size === 0 || this.#host.models.report === null || this.obstacle !== null) return;
    void this.stop().then(() => this.read());
  }

  async #alone(work: (goesOn: () => boolean) => Promise<void>): Promise<void> {
    if (this.isBusy || this.obstacle !== null) return;
    const turn = ++this.#turn;
    const goesOn = (): boolean => turn === this.#turn;
    this.state = { status: "loading" };
    try {
      const isHere = await this.#host.load();
      if (goesOn() && isHere) await work(goesOn);
      if (goesOn()) this.state = { status: "idle" };
    } catch (error) {
      if (!goesOn()) return;
      const data = toErrorData(error);
      this.state = data.code === "aborted" ? { status: "idle" } : { status: "failed", error: data };
    }
  }

  async #readAll(goesOn: () => boolean): Promise<void> {
    const { reward } = this.choice;
    const { text } = this;
    if (text !== null && this.detail === null) {
      const after = this.after === "sentence" ? this.after : Number(this.after);
      await this.#ask(reward, [text], { after }, goesOn);
    }
    const wanted: readonly LensReward[] =
      reward.type === "judge" ? [reward, { type: "truth", objective: reward.objective }] : [reward];
    for (const each of wanted) {
      const all = this.groups.flatMap(({ samples }) => samples);
      const missing = all.filter((sample) => !this.#readings.has(this.#key(each, sample)));
      if (missing.length > 0 && goesOn()) await this.#ask(each, missing.slice(0, LENS_LIMITS.texts), null, goesOn);
    }
  }

  async #ask(
    reward: LensReward,
    samples: readonly LensSample[],
    detail: LensAsk["detail"],
    goesOn: () => boolean,
  ): Promise<void> {
    const { supervisor, clock } = this.#host;
    const keys = samples.map((sample) => (detail === null ? this.#key(reward, sample) : this.#detailKey(sample)));
    const ask: LensAsk = { reward, ...this.#common, texts: samples.map(({ text }) => text), detail };
    this.state = { status: "reading", done: 0, total: samples.length };
    let read = 0;
    // Progress may come late, after the answer.
    let isOver = false;
    const settled = await supervisor.callLong(clock, (api, heard) =>
      api.readTexts(ask, (news) => {
        heard();
        if (news.type === "read") this.#readings = new Map(this.#readings).set(keys[read++]!, news.reading);
        else if (goesOn() && !isOver) this.state = { status: "reading", done: news.done, total: news.total };
      }),
    );
    isOver = true;
    if (!settled.ok) throw asError(settled.error);
  }

  get #common(): Pick<LensAsk, "system" | "turns" | "plausible"> {
    const { system = "", turns = [], lanes } = this.request;
    return { system, turns, plausible: lanes[0]?.sampling.plausible ?? 0 };
  }

  /** Other models, another conversation: another reading. */
  #key(reward: LensReward, { key }: LensSample): string {
    const models = this.#host.models.report?.models.map(({ id, sha256 }) => id + sha256) ?? [];
    return JSON.stringify([reward, this.#common, models, key]);
  }

  #detailKey(sample: LensSample): string {
    return `${this.after} ${this.#key(this.choice.reward, sample)}`;
  }

  /** The reward that steers most, before a visitor chooses one. */
  #steering(): RewardChoice {
    const weighed = this.request.lanes.flatMap(({ strategy }) => (strategy.id === "base" ? [] : [strategy.weights]));
    const most = (choice: RewardChoice): number =>
      choice.pushId === null ? 0 : Math.max(0, ...weighed.map((weights) => Math.abs(weights[choice.pushId!] ?? 0)));
    return this.choices.reduce((best, choice) => (most(choice) > most(best) ? choice : best), this.choices[0]!);
  }
}

function asError({ code, message, details }: ErrorData): RunError {
  return new RunError(code, message, details);
}
