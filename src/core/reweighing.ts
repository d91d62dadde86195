/**
 * A recorded lane under other weights: the text stays, its numbers and the choices that would follow are new.
 * Nothing here was decoded.
 */
import type { LaneResult, PushId, RowStep, RunRequest, SampleResult, Sampling, Strategy, TokenId } from "./types.ts";

/** What a lane of a run is to be weighed by, in place of what it ran with. The strategy stays the same. */
export interface LaneTarget {
  readonly lane: number;
  readonly strategy: Strategy;
  readonly sampling: Sampling;
}

/** What best-of-N lanes are ranked by. */
export interface DrawnSamples {
  readonly request: RunRequest;
  readonly samples: readonly SampleResult[];
  readonly results: readonly LaneResult[];
}

/** What a trace knows of a lane. */
export interface RecordedLane {
  readonly lane: number;
  readonly steps: readonly RowStep[];
  /** What steered it from which token on, oldest first; the first entry from token 0. */
  readonly strategies: readonly { readonly token: number; readonly strategy: Strategy }[];
}

/** A run whose scores are not in memory: opened from a file, recorded, or given way to newer runs. */
export interface RecordedRun extends DrawnSamples {
  readonly runId: string;
  readonly lanes: readonly RecordedLane[];
}

/** A token that would be drawn in place of the one in the text. */
export interface Choice {
  readonly position: number;
  readonly token: TokenId;
  readonly text: string;
}

/**
 * Exact: over the whole vocabulary; `filled` are the sources that were off and were read off the text afterwards.
 * Bounded: from the candidates that a trace keeps. `tail` is the most probability that a step may have outside them,
 * null where that cannot be bounded; `absent` are weights that a trace has no numbers for, so they stay as they ran.
 */
export type Exactness =
  | { readonly type: "exact"; readonly filled: readonly PushId[] }
  | { readonly type: "bounded"; readonly tail: number | null; readonly absent: readonly PushId[] };

/** A lane that GenARM or VAS steers. Steps come without their candidates, but for the one in view. */
export interface ReweighedSteps {
  readonly type: "steps";
  readonly lane: number;
  readonly steps: readonly RowStep[];
  /** The first token that would be another one; what follows it is what the old text says. */
  readonly change: Choice | null;
  /** Sums of the steps' KLs along this text, as in `SampleResult`, nats. */
  readonly klSum: number;
  readonly klSteer: number | null;
  readonly exactness: Exactness;
}

/** A best-of-N lane: the choice among the samples that were drawn. */
export interface ReweighedChoice {
  readonly type: "choice";
  readonly lane: number;
  readonly result: LaneResult;
}

export type ReweighedLane = ReweighedSteps | ReweighedChoice;

/** One step, with its candidates. */
export interface ReweighedStep {
  readonly type: "step";
  readonly lane: number;
  readonly step: RowStep;
  /** What would be drawn here; null where it is the text's own token, or where a branch gave it. */
  readonly choice: Choice | null;
}
