/** The wire between page and worker: types only, the one file that both threads import. All values survive structuredClone. */
import type { AnswersAsk, AnswersNews } from "../src/core/clicks/answers.ts";

import type { Arithmetic, DownloadProgress, Dtype, NumericCheck, Obstacle } from "../src/core/hub.ts";
import type { PolicyIdentity } from "../src/core/heads/head-card.ts";
import type { Lesson, LessonProgress, LessonResult } from "../src/core/heads/lesson.ts";
import type { JudgeId } from "../src/core/judges.ts";
import type { LensAsk, LensNews } from "../src/core/lens/reading.ts";
import type { PoolChoice, PoolReading } from "../src/core/pool.ts";
import type { LaneTarget, RecordedRun, ReweighedLane, ReweighedStep } from "../src/core/reweighing.ts";
import type { JudgingApi } from "../src/core/judging.ts";
import type { Settled } from "../src/core/settled.ts";
import type { SourceId } from "../src/core/sources/spec.ts";
import type { SweepEvent } from "../src/core/sweep.ts";
import type {
  Backend,
  DeviceReport,
  Kind,
  LaneChange,
  LoadProgress,
  ModelRef,
  ObjectiveId,
  Rewards,
  RunEvent,
  RunRequest,
  SampleResult,
  TokenId,
} from "../src/core/types.ts";

export type { LoadProgress };

export interface ModelSummary extends ModelRef {
  /** "reader" and "classifier": a model of the Hub that sources ask. */
  readonly kind: "policy" | "arm" | "value" | "reward" | "reader" | "classifier";
  readonly objectives: readonly ObjectiveId[];
  /** Null where nobody says. */
  readonly params: number | null;
  readonly bytes: number;
}

export interface ObjectiveInfo {
  readonly id: ObjectiveId;
  readonly kind: Kind;
  readonly unit: string;
  readonly mean: number;
  readonly sd: number;
  readonly range: readonly [number, number];
  readonly description: string;
  readonly needs: string;
}

export interface LoadReport {
  readonly device: DeviceReport;
  readonly models: readonly ModelSummary[];
  readonly objectives: readonly ObjectiveInfo[];
  /** Classifiers that sources may ask; absent where there are none. */
  readonly classifiers?: readonly { readonly id: string; readonly labels: readonly string[] }[];
  readonly context: number;
  /** Which heads fit the policy; absent where it takes none, because its graph does not give its states. */
  readonly heads?: PolicyIdentity;
  /** Heads of these other models can steer too, by the states of their own model; absent where there are none. */
  readonly siblingHeads?: readonly PolicyIdentity[];
  /** What was found of models of the Hub; absent for the bundled ones. */
  readonly lineup?: LineupReport;
}

/**
 * Where a model lies: on the Hub or a mirror of it (a base address ending in "/"), beside the page on its own server (the
 * address of its folder of models), or in a folder of the visitor's.
 */
export type ModelAddress =
  | { readonly kind: "hub"; readonly id: string; readonly mirror: string | null }
  | { readonly kind: "served"; readonly id: string; readonly base: string }
  | {
      readonly kind: "folder";
      readonly id: string;
      readonly files: readonly { readonly path: string; readonly blob: Blob }[];
    };

export interface ModelWish {
  readonly address: ModelAddress;
  /** Null lets the device choose. */
  readonly dtype: Dtype | null;
}

export interface LineupReport {
  /** Ids that every causal model has. */
  readonly vocabSize: number;
  readonly models: readonly {
    readonly id: string;
    readonly kind: "causal" | "classifier";
    readonly dtype: Dtype;
    readonly arithmetic: Arithmetic;
    /** What it takes with the four lanes of a first visit, in WebAssembly's heap or on the graphics card. */
    readonly peakBytes: number;
    readonly check: NumericCheck;
    /** Of a classifier, in the order of its outputs. */
    readonly labels: readonly string[];
    readonly hasChat: boolean;
  }[];
  /** Each causal model against the policy, compared id for id. */
  readonly pairs: readonly {
    readonly first: string;
    readonly second: string;
    readonly shared: number;
    readonly dropped: readonly { readonly id: TokenId; readonly token: string }[];
  }[];
}

/** What a repository offers, asked of it at this moment. */
export interface RepoReport {
  readonly id: string;
  readonly licence: string | null;
  readonly forms: readonly {
    readonly dtype: Dtype;
    /** Everything that would be fetched. */
    readonly bytes: number;
    readonly isKept: boolean;
    /** The form that is taken when nobody chooses. */
    readonly isBest: boolean;
    readonly obstacle: Obstacle | null;
  }[];
}

export interface KeptModels {
  readonly models: readonly {
    readonly id: string;
    /** The base address that it came from; null for the Hub. */
    readonly mirror: string | null;
    readonly dtype: Dtype;
    readonly bytes: number;
    readonly licence: string | null;
  }[];
  /** Bytes of downloads that were broken off. */
  readonly unfinishedBytes: number;
  /** Room that the browser still grants; null where it does not tell. */
  readonly freeBytes: number | null;
}

/** Models of the Hub on this device. Only `lookUp`, `prepare` and a `load` of a line-up ask another machine. */
export interface HubApi {
  lookUp(address: ModelAddress, backend: Backend | "auto"): Promise<Settled<RepoReport>>;
  /** Fetches a model without loading it, so that it is here when the network is not. */
  prepare(
    wish: ModelWish,
    backend: Backend | "auto",
    onProgress: (progress: DownloadProgress) => void | Promise<void>,
  ): Promise<Settled<KeptModels>>;
  cancelPrepare(): Promise<void>;
  keptModels(): Promise<Settled<KeptModels>>;
  /** Deletes one form of a model. */
  forgetModel(id: string, mirror: string | null, dtype: Dtype): Promise<Settled<KeptModels>>;
  /** Deletes every model and what is left of broken downloads. */
  forgetAllModels(): Promise<Settled<KeptModels>>;
}

export interface LoadOptions {
  /** Absolute URL of the folder of models, ending in "/"; the runtime's files lie beside it in "../ort/". */
  readonly baseUrl: string;
  readonly backend: Backend | "auto";
  /** Models of the Hub instead of the bundled ones, the policy first; they come without a judge. */
  readonly lineup?: readonly ModelWish[];
  /** Which of the bundled judges; the careful one where it is absent. */
  readonly judge?: JudgeId;
}

export interface ReweighAsk {
  readonly runId: string;
  /** "view" asks for the step in view alone and leaves a longer question at work; "all" for every lane. */
  readonly scope: "view" | "all";
  readonly targets: readonly LaneTarget[];
  /** The step that the visitor looks at: it is answered first, with its candidates. */
  readonly view: { readonly lane: number; readonly position: number } | null;
}

/** "unknown": neither are the run's scores in memory nor has it been told by `remember`. */
export type ReweighEnd = "done" | "superseded" | "unknown";

export type { Settled } from "../src/core/settled.ts";

/** What a source costs at a weight, over the text of a probe. */
export interface ProbedCost {
  readonly weight: number;
  /** KL(guided || reference), summed over the text. */
  readonly nats: number;
  readonly tokens: number;
}

/** Where texts fall apart when a source steers them harder and harder. */
export interface ProbedEnd {
  /** The largest weight whose text still held. */
  readonly weight: number;
  /** Whether a larger weight was seen to break the text. */
  readonly isBroken: boolean;
}

/** Samples of one best-of-N lane, with the seed of its request. */
export interface Pool {
  readonly samples: readonly Pick<SampleResult, "tokens" | "rewardMembers" | "logprobSum" | "klSum">[];
  readonly seed: number;
}

/** Every call settles. */
export interface TillerApi extends JudgingApi {
  /**
   * Loads models in place of those that are here. A wish that differs by the bundled judge alone exchanges that one, and
   * where this fails or is cancelled everything stays as it was.
   */
  load(
    options: LoadOptions,
    onProgress: (progress: LoadProgress) => void | Promise<void>,
  ): Promise<Settled<LoadReport>>;
  cancelLoad(): Promise<void>;
  /** Frees one model of a line-up, which stays loaded without it; the policy and bundled models are refused. */
  unload(id: string): Promise<Settled<LoadReport>>;
  /**
   * Streams events; each is awaited before the next step, so a page that answers late slows the run and a page that
   * withholds its answer pauses it. Resolves after the one `finished` or `failed`.
   */
  run(runId: string, request: RunRequest, emit: (event: RunEvent) => void | Promise<void>): Promise<void>;
  /**
   * Decodes requests one after another and answers with what each ended with. Back-pressure, pausing and `cancel` (by
   * `sweepId`) are those of `run`; a request that was cut off is not reported.
   */
  sweep(
    sweepId: string,
    requests: readonly RunRequest[],
    emit: (event: SweepEvent) => void | Promise<void>,
  ): Promise<void>;
  /** What every reading chooses from every pool, `[pool][reading]`; needs no models. */
  readPools(pools: readonly Pool[], readings: readonly PoolReading[]): Promise<readonly (readonly PoolChoice[])[]>;
  /** Acts from the next token on; the run answers with a `changed` event. */
  change(runId: string, lane: number, change: LaneChange): Promise<void>;
  /** Ends the run within one step, also while it waits for the page. */
  cancel(runId: string): Promise<void>;
  /**
   * Re-weights recorded steps without decoding: the step in view first, then each lane whole. A newer question for all
   * lanes ends an older one, whose answers then stop. Exact for runs whose scores are in memory, bounded for remembered ones.
   */
  reweigh(
    ask: ReweighAsk,
    emit: (answer: ReweighedStep | ReweighedLane) => void | Promise<void>,
  ): Promise<Settled<ReweighEnd>>;
  /** Tells of a run that was not decoded here; the last one told is kept. */
  remember(run: RecordedRun): Promise<void>;
  /**
   * The weight at which a source of the request costs about 3 nats, found on a text that plain sampling writes; null for a
   * source that only ranks texts. Refused while a run is going, and "aborted" where a run, a load or another probe came in
   * between.
   */
  probeSource(request: RunRequest, id: SourceId): Promise<Settled<ProbedCost | null>>;
  /** The weight at which its texts fall apart, looked for from a starting weight on; null where that could not be told. */
  probeEnd(request: RunRequest, id: SourceId, start: number): Promise<Settled<ProbedEnd | null>>;
  /**
   * Reward heads that sources may name from now on, in place of those before. Other models come without any. A run that is
   * asked for afterwards waits for them. One file that does not fit refuses them all.
   */
  useHeads(files: readonly unknown[]): Promise<Settled<null>>;
  /** Teaches a reward head on the loaded policy, which serves nothing else meanwhile. Loading other models ends it. */
  teach(lesson: Lesson, onProgress: (progress: LessonProgress) => void | Promise<void>): Promise<Settled<LessonResult>>;
  /** The lesson then fails as "aborted", within a forward or a batch of the fit. */
  cancelTeach(): Promise<void>;
  /**
   * Writes answers for a person to choose between, and measures them; the policy serves nothing else meanwhile. Answers come
   * two at a time, prompt by prompt, and are taken before the next are sent. Loading other models ends it.
   */
  answersToJudge(ask: AnswersAsk, emit: (news: AnswersNews) => void | Promise<void>): Promise<Settled<null>>;
  /** It then fails as "aborted", within a step; answers that were sent stay. */
  cancelAnswers(): Promise<void>;
  /**
   * Reads finished texts through a reward and decodes nothing. Refused while a run is going; "aborted" where a run, a load or
   * a newer reading came in between.
   */
  readTexts(ask: LensAsk, emit: (news: LensNews) => void | Promise<void>): Promise<Settled<null>>;
  /** It then fails as "aborted", within a forward; readings that were sent stay. */
  cancelReading(): Promise<void>;
  /** The judge's reward of texts as far as they go, mean of its members, one entry a text. One batched forward. */
  judge(kind: Kind, texts: readonly (readonly TokenId[])[]): Promise<Settled<readonly Rewards[]>>;
  /** The policy's mean state of each prompt, one forward each; null where its graph gives no states. */
  promptStates(of: readonly Pick<RunRequest, "kind" | "prompt">[]): Promise<Settled<readonly Float32Array[] | null>>;
  /** Bytes of WASM heap and count of live tensors and GPU buffers, for the device card and leak tests. */
  memory(): Promise<{ readonly heapBytes: number | null; readonly tensors: number; readonly gpuBytes: number | null }>;
  /** Answers at once when the worker is alive. */
  ping(): Promise<true>;
}

/**
 * Sent by itself, outside the calls: a forward that may take long begins, or ended. Between the two the worker may be
 * unable to answer, and is not dead.
 */
export interface WorkNotice {
  readonly tiller: "work";
  readonly isBusy: boolean;
}

/** All that a worker answers. */
export interface WorkerApi extends TillerApi {
  readonly hub: HubApi;
}
