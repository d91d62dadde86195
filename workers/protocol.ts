/** The wire between page and worker: types only, the one file that both threads import. All values survive structuredClone. */
import type { ErrorData } from "../src/core/errors.ts";
import type { PoolChoice, PoolReading } from "../src/core/pool.ts";
import type { LaneTarget, RecordedRun, ReweighedLane, ReweighedStep } from "../src/core/reweighing.ts";
import type { SweepEvent } from "../src/core/sweep.ts";
import type {
  Backend,
  DeviceReport,
  Kind,
  LaneChange,
  ModelRef,
  ObjectiveId,
  Rewards,
  RunEvent,
  RunRequest,
  SampleResult,
  TokenId,
} from "../src/core/types.ts";

export interface LoadProgress {
  readonly phase: "fetch" | "verify" | "compile" | "self-check" | "ready";
  readonly modelId: string;
  readonly loadedBytes: number;
  readonly totalBytes: number;
  readonly modelsDone: number;
  readonly modelsTotal: number;
}

export interface ModelSummary extends ModelRef {
  readonly kind: "policy" | "arm" | "value" | "reward";
  readonly objectives: readonly ObjectiveId[];
  readonly params: number;
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
  readonly context: number;
}

export interface LoadOptions {
  /** Absolute URL of the folder of models, ending in "/"; the runtime's files lie beside it in "../ort/". */
  readonly baseUrl: string;
  readonly backend: Backend | "auto";
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

/** Every call settles; a failure is data, never a thrown class. */
export type Settled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorData };

/** Samples of one best-of-N lane, with the seed of its request. */
export interface Pool {
  readonly samples: readonly Pick<SampleResult, "tokens" | "rewardMembers" | "logprobSum" | "klSum">[];
  readonly seed: number;
}

export interface TillerApi {
  load(
    options: LoadOptions,
    onProgress: (progress: LoadProgress) => void | Promise<void>,
  ): Promise<Settled<LoadReport>>;
  cancelLoad(): Promise<void>;
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
  /** The judge's reward of texts as far as they go, mean of its members, one entry a text. One batched forward. */
  judge(kind: Kind, texts: readonly (readonly TokenId[])[]): Promise<Settled<readonly Rewards[]>>;
  /** Bytes of WASM heap and count of live tensors and GPU buffers, for the device card and leak tests. */
  memory(): Promise<{ readonly heapBytes: number | null; readonly tensors: number; readonly gpuBytes: number | null }>;
  /** Answers at once when the worker is alive. */
  ping(): Promise<true>;
}
