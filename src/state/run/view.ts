/** What the screen knows of a run: built from events by `reduce`, never changed in place. */
import type { BlockChoice } from "../../core/blocks/spec.ts";
import type { WeightMove } from "../../core/combine/way-types.ts";
import type { ErrorData } from "../../core/errors.ts";
import type { StepMs } from "../../core/step-ms.ts";
import type {
  DeviceReport,
  LaneChange,
  LaneRequest,
  LaneResult,
  LogitReads,
  ModelRef,
  RowStep,
  RunRequest,
  SampleResult,
  Strategy,
} from "../../core/types.ts";

export interface SampleView {
  readonly steps: readonly RowStep[];
  readonly result: SampleResult | null;
}

/** Where in a lane's text a moved slider began to act. */
export interface ChangeMark {
  readonly token: number;
  /** Only what differs from before. */
  readonly moved: LaneChange;
  /** What holds from here on. */
  readonly strategy: Strategy;
}

export interface LaneView {
  readonly request: LaneRequest;
  readonly samples: readonly SampleView[];
  readonly marks: readonly ChangeMark[];
  /** Steps that its weights made by themselves, oldest first. They change neither `strategyNow` nor the sliders. */
  readonly moves: readonly WeightMove[];
  /** Of a blockwise lane the blocks that it has chosen, oldest first. */
  readonly blocks: readonly BlockChoice[];
  readonly result: LaneResult | null;
}

export type Phase = "idle" | "running" | "finished" | "stopped" | "failed";

export interface RunView {
  readonly phase: Phase;
  readonly runId: string;
  readonly request: RunRequest | null;
  readonly device: DeviceReport | null;
  readonly models: readonly ModelRef[];
  readonly lanes: readonly LaneView[];
  readonly steps: number;
  readonly forwards: number;
  /** Time spent in each step, all lanes together. */
  readonly stepMs: readonly StepMs[];
  readonly closeCalls: number;
  /** How logits came from the graphics card; null before the end, and where none came so. */
  readonly reads: LogitReads | null;
  /** How many texts the sources have read, once all are written; null before and after. */
  readonly scoring: { readonly done: number; readonly total: number } | null;
  readonly error: ErrorData | null;
}

export const IDLE_VIEW: RunView = {
  phase: "idle",
  runId: "",
  request: null,
  device: null,
  models: [],
  lanes: [],
  steps: 0,
  forwards: 0,
  stepMs: [],
  closeCalls: 0,
  reads: null,
  scoring: null,
  error: null,
};

export const NO_SAMPLE: SampleView = { steps: [], result: null };

/** The sample that a lane shows: the chosen one when the lane is done, else sample 0. */
export function shownSample(lane: LaneView): SampleView {
  return lane.samples[lane.result?.chosen ?? 0] ?? NO_SAMPLE;
}

/** How many whole texts a lane draws. */
export function sampleCount(lane: LaneRequest): number {
  return "n" in lane.strategy ? lane.strategy.n : 1;
}

/** A lane's strategy as it stood at the end, sliders moved in mid-run included. */
export function strategyNow(lane: LaneView): Strategy {
  return lane.marks.at(-1)?.strategy ?? lane.request.strategy;
}

/** The request of a view as it stood at the end. */
export function requestNow(view: RunView): RunRequest | null {
  if (view.request === null) return null;
  const lanes = view.lanes.map((lane) => ({ ...lane.request, strategy: strategyNow(lane) }));
  return { ...view.request, lanes };
}

/** Milliseconds spent in steps so far, all lanes together. */
export function spentMs(view: RunView): number {
  return view.stepMs.reduce((sum, ms) => sum + ms.policy + ms.rewards + ms.tail, 0);
}

/** Rows of logits that the graphics card gave whole. */
export function wholeRows({ whole }: LogitReads): number {
  return Object.values(whole).reduce((sum, rows) => sum + rows, 0);
}
