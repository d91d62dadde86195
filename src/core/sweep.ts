/**
 * A sweep: settings times prompts times seeds, cut into ordinary run requests.
 *
 * A plan decides its jobs and their order completely, so a sweep that was cut off goes on where it stopped and ends as if
 * it had not been. Settings come in waves: the grid first, then every setting that was asked for later.
 */
import { FIRST_PLAN, type BlockPlan } from "./blocks/spec.ts";
import { LIMITS } from "./limits.ts";
import { rowsOf } from "./rows.ts";
import type { ErrorData } from "./errors.ts";
import type { SourceSpec } from "./sources/spec.ts";
import type {
  Backend,
  Kind,
  LaneRequest,
  LaneResult,
  ModelRef,
  RunRequest,
  SampleResult,
  Sampling,
  Strategy,
  StrategyId,
  Weights,
} from "./types.ts";

/** What a sweep runs over its settings. A lane of the playground that is repeated may have any strategy. */
export const SWEEP_STRATEGIES = [
  "base",
  "genarm",
  "vas",
  "bon",
  "soft-bon",
  "blockwise",
] as const satisfies readonly StrategyId[];
export type SweepStrategy = StrategyId;

/** One point of a sweep. What a strategy does not use is 0, and `weights` is empty for plain sampling. */
export interface SweepSetting {
  readonly strategy: SweepStrategy;
  readonly weights: Weights;
  readonly beta: number;
  readonly n: number;
  /** A whole lane of the playground, decoded as it is there. The other lanes of its wave run beside it in one request. */
  readonly lane?: LaneRequest;
}

export interface SweepPlan {
  readonly version: 1;
  readonly kind: Kind;
  readonly prompts: readonly string[];
  readonly seeds: readonly number[];
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** Candidates of VAS. */
  readonly k: number;
  /** How blockwise settings cut their texts; K is a setting's `n`. Absent in plans kept before. */
  readonly blocks?: Omit<BlockPlan, "k">;
  /** What repeated lanes share beside these: their sources, and what a chat model is told first. */
  readonly sources?: readonly SourceSpec[];
  readonly system?: string;
  readonly waves: readonly (readonly SweepSetting[])[];
}

/** What a lane of a job is for: one setting, or a pool of samples that every best-of-N setting reads. */
export type LaneUse =
  | { readonly type: "setting"; /** Counts through all waves. */ readonly setting: number }
  | { readonly type: "pool"; readonly n: number };

export interface SweepJob {
  readonly request: RunRequest;
  /** Index into the plan's prompts and seeds. */
  readonly prompt: number;
  readonly seed: number;
  /** One a lane. */
  readonly uses: readonly LaneUse[];
}

/** What a job leaves behind. */
export interface JobOutcome {
  readonly models: readonly ModelRef[];
  readonly backend: Backend;
  readonly lanes: readonly LaneResult[];
  readonly samples: readonly SampleResult[];
}

/** `step`, `ran` and `refused` name the job by its place in the list; then exactly one `finished` or `failed`. */
export type SweepEvent =
  | { readonly type: "step"; readonly sweepId: string; readonly job: number; readonly step: number }
  | { readonly type: "ran"; readonly sweepId: string; readonly job: number; readonly outcome: JobOutcome }
  | { readonly type: "refused"; readonly sweepId: string; readonly job: number; readonly error: ErrorData }
  | { readonly type: "finished"; readonly sweepId: string; readonly reason: "done" | "aborted" }
  | { readonly type: "failed"; readonly sweepId: string; readonly error: ErrorData };

/** Decoded together: more rows gain little, and a job is what a cancel may lose. */
const ROWS_TOGETHER = 32;
const LANES_TOGETHER = 6;

export function settingsOf(plan: SweepPlan): readonly SweepSetting[] {
  return plan.waves.flat();
}

/** A repeated lane draws its own samples, as it does in the playground. */
export function isPooled({ strategy, lane }: SweepSetting): boolean {
  return lane === undefined && (strategy === "bon" || strategy === "soft-bon");
}

export function isRepeated({ waves }: Pick<SweepPlan, "waves">): boolean {
  return waves.some((wave) => wave.some(({ lane }) => lane !== undefined));
}

/** Wave by wave; in each seed by seed, so that every prompt is answered once before any is answered twice. */
export function jobsOf(plan: SweepPlan): SweepJob[] {
  const jobs: SweepJob[] = [];
  let first = 0;
  let poolSize = 0;
  for (const wave of plan.waves) {
    const lanes: PlannedLane[] = wave.flatMap((setting, i) =>
      isPooled(setting) ? [] : [laneOf(plan, setting, { type: "setting", setting: first + i })],
    );
    const n = Math.max(0, ...wave.filter(isPooled).map((setting) => setting.n));
    if (n > poolSize) lanes.push(poolLane(plan, n));
    poolSize = Math.max(poolSize, n);
    // Lanes that are repeated stay together: each text is scored by every source that one of them weighs.
    const batches = isRepeated(plan) ? [lanes] : batchesOf(lanes);
    for (const seed of plan.seeds.keys()) {
      for (const prompt of plan.prompts.keys()) {
        for (const batch of batches) jobs.push(jobOf(plan, prompt, seed, batch));
      }
    }
    first += wave.length;
  }
  return jobs;
}

interface PlannedLane {
  readonly use: LaneUse;
  readonly rows: number;
  readonly request: LaneRequest;
}

function laneOf({ sampling, k, blocks = FIRST_PLAN }: SweepPlan, setting: SweepSetting, use: LaneUse): PlannedLane {
  const { strategy, beta, weights, n, lane } = setting;
  if (lane !== undefined) return { use, rows: rowsOf(lane.strategy), request: lane };
  if (strategy === "base") return { use, rows: 1, request: { name: strategy, strategy: { id: "base" }, sampling } };
  if (strategy === "blockwise") {
    const { block, by } = blocks;
    const own = { id: strategy, k: n, block, by, beta: 1, weights, ensemble: "mean", lambda: 0 } as const;
    return { use, rows: n, request: { name: strategy, strategy: own, sampling } };
  }
  const steering: Strategy = strategy === "vas" ? { id: strategy, beta, weights, k } : { id: "genarm", beta, weights };
  return { use, rows: 1, request: { name: strategy, strategy: steering, sampling } };
}

/** Weights play no part in drawing a pool; the judge scores every objective of the kind. */
function poolLane({ sampling }: SweepPlan, n: number): PlannedLane {
  const strategy = { id: "bon", n, beta: 1, weights: {}, ensemble: "mean", lambda: 0 } as const;
  return { use: { type: "pool", n }, rows: n, request: { name: "pool", strategy, sampling } };
}

function batchesOf(lanes: readonly PlannedLane[]): PlannedLane[][] {
  const batches: PlannedLane[][] = [];
  let rows = Infinity;
  for (const lane of lanes) {
    const last = batches.at(-1);
    if (last === undefined || last.length === LANES_TOGETHER || rows + lane.rows > ROWS_TOGETHER) {
      batches.push([lane]);
      rows = lane.rows;
    } else {
      last.push(lane);
      rows += lane.rows;
    }
  }
  return batches;
}

function jobOf(plan: SweepPlan, prompt: number, seed: number, batch: readonly PlannedLane[]): SweepJob {
  const { kind, prompts, seeds, maxTokens, sources, system } = plan;
  const lanes = batch.map((lane) => lane.request);
  const request: RunRequest = {
    version: 1,
    kind,
    prompt: prompts[prompt]!,
    ...(system !== undefined && { system }),
    seed: seeds[seed]!,
    maxTokens,
    ...(sources !== undefined && { sources }),
    lanes,
  };
  return { request, prompt, seed, uses: batch.map((lane) => lane.use) };
}

/** What a job costs beside other jobs. */
export function rowsOfJob({ request }: SweepJob): number {
  return request.lanes.reduce((sum, lane) => sum + rowsOf(lane.strategy), 0);
}

/** What a plan asks for: `runs` points, of which `read` come out of pools. */
export function sizeOf(plan: SweepPlan): { readonly runs: number; readonly read: number; readonly samples: number } {
  const texts = plan.prompts.length * plan.seeds.length;
  const settings = settingsOf(plan);
  const pooled = settings.filter(isPooled);
  const jobs = jobsOf(plan);
  const samples = jobs.flatMap(({ uses }) => uses).reduce((sum, use) => sum + (use.type === "pool" ? use.n : 0), 0);
  return { runs: settings.length * texts, read: pooled.length * texts, samples };
}

/** Most runs of one sweep: a table and a picture of more cannot be read. */
export const MAX_SWEEP_RUNS = 5000;
export const MAX_POOL = Math.min(ROWS_TOGETHER, LIMITS.n);
