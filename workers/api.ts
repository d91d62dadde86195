/** The worker's side of the protocol as a plain object: no comlink, no model, no clock of its own, so tests can drive it. */
import { RunError, toErrorData, type ErrorData } from "../src/core/errors.ts";
import { CAREFUL_JUDGE, type JudgeId } from "../src/core/judges.ts";
import { readPool, type PoolChoice, type PoolReading } from "../src/core/pool.ts";
import type { RecordedRun } from "../src/core/reweighing.ts";
import type { SweepEvent } from "../src/core/sweep.ts";
import type { AnswersAsk, AnswersNews } from "../src/core/clicks/answers.ts";
import type { Lesson, LessonProgress, LessonResult } from "../src/core/heads/lesson.ts";
import type { LensAsk, LensNews } from "../src/core/lens/reading.ts";
import type { Kind, LaneChange, Rewards, RunEvent, RunRequest, TokenId } from "../src/core/types.ts";
import type { Models, RunControl } from "../src/engine/interfaces.ts";
import type { SourceId } from "../src/core/sources/spec.ts";
import type {
  LoadOptions,
  LoadProgress,
  LoadReport,
  Pool,
  ProbedCost,
  ProbedEnd,
  ReweighAsk,
  ReweighEnd,
  Settled,
  TillerApi,
} from "./protocol.ts";
import { judgeTexts, promptStates } from "./readings.ts";
import type { LessonShelf } from "../src/engine/teach/lesson-shelf.ts";
import { underHeads } from "./under-heads.ts";
import { busy, missing, settle } from "./settled.ts";
import { Probes } from "./probes.ts";
import { Reweighs, type EmitReweighed } from "./reweighs.ts";
import { stream, type ActiveRun, type Emit } from "./stream.ts";
import { Lessons } from "./lessons.ts";

/** Models that are ready to decode with. The API disposes them when others are loaded. */
export interface Engine {
  readonly models: Models;
  readonly report: LoadReport;
  /** Frees one model and answers with what remains, in place of this engine; absent where models stay together. */
  readonly unload?: (id: string) => Promise<Engine>;
  memory(): Awaited<ReturnType<TillerApi["memory"]>>;
  dispose(): Promise<void>;
  /** The same models under another of the bundled judges, in place of this engine; absent for models of the Hub. */
  underJudge?(judge: JudgeId, signal: AbortSignal, onProgress: Telling): Promise<Engine>;
}

type Telling = (progress: LoadProgress) => void;

export interface ApiDeps {
  readonly open: (options: LoadOptions, signal: AbortSignal, onProgress: Telling) => Promise<Engine>;
  readonly decode: (
    runId: string,
    request: RunRequest,
    models: Models,
    control: RunControl,
  ) => AsyncGenerator<RunEvent, void, undefined>;
  readonly sweep: (
    sweepId: string,
    requests: readonly RunRequest[],
    models: Models,
    control: RunControl,
  ) => AsyncGenerator<SweepEvent, void, undefined>;
  readonly now: () => number;
  /** Resolves after so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Where a lesson that is under way is kept; nowhere where it is left out. */
  readonly lessonShelf?: LessonShelf | null;
}

const STILL_GOING = "Another run is still going. Stop it first.";

export function createApi(deps: ApiDeps): TillerApi {
  return new Api(deps);
}

class Api implements TillerApi {
  readonly #deps: ApiDeps;
  #engine: Engine | null = null;
  /** What the engine was opened for. */
  #opened: LoadOptions | null = null;
  #loading: AbortController | null = null;
  #active: ActiveRun | null = null;
  readonly #reweighs: Reweighs;
  readonly #probes: Probes;
  readonly #lessons: Lessons;
  /** Heads that are being made ready; runs wait for them. */
  #dressing: Promise<unknown> = Promise.resolve();

  constructor(deps: ApiDeps) {
    this.#deps = deps;
    const clock = { now: deps.now, rest: () => deps.sleep(0) };
    this.#reweighs = new Reweighs(clock);
    this.#probes = new Probes(clock, () => this.#free());
    this.#lessons = new Lessons(clock, deps.lessonShelf ?? null);
  }

  async load(
    options: LoadOptions,
    onProgress: (progress: LoadProgress) => void | Promise<void>,
  ): Promise<Settled<LoadReport>> {
    if (this.#loading !== null)
      return { ok: false, error: busy("Models are being loaded already. Wait for them, or cancel.") };
    const loading = new AbortController();
    this.#loading = loading;
    try {
      await this.#probes.giveWay();
      await this.#lessons.forget();
      this.#reweighs.drop();
      // Progress is not awaited: a slow page must not slow the download.
      const tell = (progress: LoadProgress): void => void Promise.resolve(onProgress(progress)).catch(() => undefined);
      this.#engine =
        (await this.#underJudge(options, loading.signal, tell)) ?? (await this.#open(options, loading.signal, tell));
      this.#opened = options;
      return { ok: true, value: this.#engine.report };
    } catch (error) {
      return { ok: false, error: toErrorData(error) };
    } finally {
      this.#loading = null;
    }
  }

  async #open(...[options, signal, tell]: Parameters<ApiDeps["open"]>): Promise<Engine> {
    // Scores of other models say nothing of the next ones.
    this.#reweighs.kept.clear();
    await this.#engine?.dispose();
    this.#engine = null;
    return this.#deps.open(options, signal, tell);
  }

  /** The engine that is open, under the judge that is wished for; null where more than the judge is another. */
  async #underJudge(...[options, signal, tell]: Parameters<ApiDeps["open"]>): Promise<Engine | null> {
    const [engine, opened] = [this.#engine, this.#opened];
    if (engine?.underJudge === undefined || opened === null || options.lineup !== undefined) return null;
    if (opened.baseUrl !== options.baseUrl || opened.backend !== options.backend) return null;
    const judge = options.judge ?? CAREFUL_JUDGE;
    if (judge === (opened.judge ?? CAREFUL_JUDGE)) return engine;
    // A run ends under the judge that it began with.
    if (this.#active !== null) throw new RunError("invalid-request", STILL_GOING);
    return engine.underJudge(judge, signal, tell);
  }

  async cancelLoad(): Promise<void> {
    this.#loading?.abort();
  }

  async unload(id: string): Promise<Settled<LoadReport>> {
    return settle(async () => {
      await this.#probes.giveWay();
      await this.#lessons.giveWay();
      if (this.#active !== null || this.#loading !== null) {
        throw new RunError("invalid-request", `${id} is in use. Stop the run, or wait until loading ends.`, { id });
      }
      if (this.#engine === null) throw missing();
      if (this.#engine.unload === undefined) {
        const message = `${id} is one of the page’s own models, which cannot be unloaded one by one. Load other models in their place.`;
        throw new RunError("invalid-request", message, { id });
      }
      this.#reweighs.drop();
      // What was kept may need the model that goes, and ids that only the others have come back.
      this.#reweighs.kept.clear();
      this.#engine = await this.#engine.unload(id);
      return this.#engine.report;
    });
  }

  async run(runId: string, request: RunRequest, emit: Emit<RunEvent>): Promise<void> {
    const { decode } = this.#deps;
    const fail = async (error: ErrorData): Promise<void> => emit({ type: "failed", runId, error });
    const tell: Emit<RunEvent> = (event) => {
      this.#reweighs.kept.see(event);
      return emit(event);
    };
    await this.#alone(runId, fail, (models, control) => decode(runId, request, models, control), tell);
  }

  async sweep(sweepId: string, requests: readonly RunRequest[], emit: Emit<SweepEvent>): Promise<void> {
    const { sweep } = this.#deps;
    const fail = async (error: ErrorData): Promise<void> => emit({ type: "failed", sweepId, error });
    await this.#alone(sweepId, fail, (models, control) => sweep(sweepId, requests, models, control), emit);
  }

  async readPools(pools: readonly Pool[], readings: readonly PoolReading[]): Promise<PoolChoice[][]> {
    return pools.map(({ samples, seed }) => readings.map((reading) => readPool(samples, reading, seed)));
  }

  async change(runId: string, lane: number, change: LaneChange): Promise<void> {
    if (this.#active?.runId === runId) this.#active.changes.push({ lane, change });
  }

  async cancel(runId: string): Promise<void> {
    if (this.#active?.runId === runId) this.#active.controller.abort();
  }

  async reweigh(ask: ReweighAsk, emit: EmitReweighed): Promise<Settled<ReweighEnd>> {
    return settle(() => this.#reweighs.answer(ask, this.#engine?.models ?? null, emit));
  }

  async remember(run: RecordedRun): Promise<void> {
    this.#reweighs.remember(run);
  }

  judge(kind: Kind, texts: readonly (readonly TokenId[])[]): Promise<Settled<readonly Rewards[]>> {
    return settle(() => judgeTexts(this.#engine?.models.judge ?? null, kind, texts));
  }

  promptStates: TillerApi["promptStates"] = (of) => settle(() => promptStates(this.#engine?.models ?? null, of));

  probeSource(request: RunRequest, id: SourceId): Promise<Settled<ProbedCost | null>> {
    return settle(() => this.#probes.cost(request, id));
  }

  probeEnd(request: RunRequest, id: SourceId, start: number): Promise<Settled<ProbedEnd | null>> {
    return settle(() => this.#probes.end(request, id, start));
  }

  async useHeads(files: readonly unknown[]): Promise<Settled<null>> {
    const dressing = settle(async () => {
      const engine = this.#engine;
      if (engine === null) throw missing();
      const models = await underHeads(engine.models, files);
      // Other models have come meanwhile, which these heads were not meant for.
      if (this.#engine !== engine) throw missing();
      this.#engine = { ...engine, models };
      return null;
    });
    this.#dressing = dressing;
    return dressing;
  }

  teach(lesson: Lesson, emit: Emit<LessonProgress>): Promise<Settled<LessonResult>> {
    return this.#onFree((models) => this.#lessons.teach(lesson, models, emit));
  }

  answersToJudge(ask: AnswersAsk, emit: Emit<AnswersNews>): Promise<Settled<null>> {
    return this.#onFree((models) => this.#lessons.write(ask, models, emit));
  }

  readTexts(ask: LensAsk, emit: Emit<LensNews>): Promise<Settled<null>> {
    return settle(() => this.#probes.read(ask, emit));
  }

  readonly compare: TillerApi["compare"] = (question, onProgress) =>
    this.#onFree((models) => this.#lessons.compare(question, models, onProgress));
  readonly explain: TillerApi["explain"] = (question, onText) =>
    this.#onFree((models) => this.#lessons.explain(question, models, onText));
  readonly probeRewards: TillerApi["probeRewards"] = (ask, emit) =>
    this.#onFree((models) => this.#lessons.probe(ask, models, emit));
  readonly cancelTeach = (): Promise<void> => this.#lessons.giveWay();
  readonly cancelAnswers = (): Promise<void> => this.#lessons.giveWay();
  readonly cancelJudging = (): Promise<void> => this.#lessons.giveWay();
  readonly cancelReading = (): Promise<void> => this.#probes.giveWay();

  #onFree<T>(work: (models: Models) => Promise<T>): Promise<Settled<T>> {
    return settle(async () => {
      await this.#probes.giveWay();
      return work(this.#free());
    });
  }

  /** Models that no run is using. */
  #free(): Models {
    if (this.#engine === null) throw missing();
    const { goingOn } = this.#lessons;
    if (goingOn !== null) throw new RunError("invalid-request", goingOn);
    if (this.#active !== null) throw new RunError("invalid-request", STILL_GOING);
    return this.#engine.models;
  }

  async memory(): ReturnType<TillerApi["memory"]> {
    return this.#engine?.memory() ?? { heapBytes: null, tensors: 0, gpuBytes: null };
  }

  async ping(): Promise<true> {
    return true;
  }

  /** One run or one sweep at a time: models answer one caller. */
  async #alone<E extends { readonly type: string }>(
    runId: string,
    fail: (error: ErrorData) => Promise<void>,
    start: (models: Models, control: RunControl) => AsyncGenerator<E, void, undefined>,
    emit: Emit<E>,
  ): Promise<void> {
    await this.#probes.giveWay();
    await this.#dressing;
    if (this.#engine === null) return fail(toErrorData(missing()));
    if (this.#lessons.goingOn !== null) return fail(busy(this.#lessons.goingOn));
    if (this.#active !== null) return fail(busy(STILL_GOING));
    const { models } = this.#engine;
    const active: ActiveRun = { runId, controller: new AbortController(), changes: [] };
    this.#active = active;
    this.#reweighs.drop();
    try {
      const keep: RunControl["keep"] = (step, scores) => this.#reweighs.kept.take(active.runId, step, scores);
      await stream(active, (control) => start(models, control), emit, this.#deps, keep);
    } finally {
      this.#active = null;
    }
  }
}
