/** Plain data shared by every layer. Natural logarithms; probabilities live in log space, float64. */
import type { WeightMove } from "./combine/way-types.ts";
import type { BlockChoice, RejectionReport } from "./blocks/spec.ts";
import type { ErrorData } from "./errors.ts";
import type { Kind, ObjectiveId, PerPush, TokenId, Weights } from "./ids.ts";
import type { SourceId, SourceSpec } from "./sources/spec.ts";
import type { StepMs } from "./step-ms.ts";
import type { Strategy } from "./strategies.ts";

export { OBJECTIVE_IDS, OBJECTIVES_OF_KIND } from "./ids.ts";
export type { Kind, ObjectiveId, PerPush, PushId, TokenId, Weights } from "./ids.ts";
export type { BestOfN, Blockwise, Ensemble, Strategy, StrategyId } from "./strategies.ts";

/** `null` where the objective is not defined for this kind or topic; never 0. */
export type Truth = Readonly<Partial<Record<ObjectiveId, number | null>>>;
export type Rewards = Readonly<Partial<Record<ObjectiveId, number>>>;

/**
 * In the order in which they act: `plausible` on the base distribution before any reward (`plausible.ts`, 0 switches it
 * off), then temperature (0 is argmax), topK, and topP or minP. topK 0, topP 1 and minP 0 switch truncation off.
 */
export interface Sampling {
  readonly plausible: number;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
}

export interface LaneRequest {
  readonly name: string;
  readonly strategy: Strategy;
  readonly sampling: Sampling;
  /** A branch: the response begins with these tokens, whatever the distribution says, and goes on from there. */
  readonly opening?: readonly TokenId[];
}

/** An earlier turn of a conversation: what was asked, and what the model said. */
export interface ChatTurn {
  readonly prompt: string;
  readonly answer: string;
}

/** Everything that decides the output, together with the schedule of changes made while it ran. */
export interface RunRequest {
  readonly version: 1;
  readonly kind: Kind;
  readonly prompt: string;
  /** What a chat model is told before the conversation. Absent: nothing. Models without a chat template take none. */
  readonly system?: string;
  /** The conversation before the prompt, oldest turn first; for chat models too. */
  readonly turns?: readonly ChatTurn[];
  readonly seed: number;
  readonly maxTokens: number;
  /** Decode to `maxTokens` even where the model would stop; used by `bench`. */
  readonly suppressEnd?: boolean;
  /** Rewards without training; the lanes weigh them by their ids. */
  readonly sources?: readonly SourceSpec[];
  readonly lanes: readonly LaneRequest[];
  readonly schedule?: readonly ScheduledChange[];
}

/** A setting moved while running: acts from response position `token` on. */
export interface ScheduledChange {
  readonly token: number;
  readonly lane: number;
  readonly change: LaneChange;
}
/** `weights` replaces all weights of the lane. */
export interface LaneChange {
  readonly beta?: number;
  readonly weights?: Weights;
}

/**
 * The most likely tokens of one step under the guided distribution, most likely first, the chosen one always among them. All
 * arrays have one length, 64 or fewer.
 */
export interface TopCandidates {
  readonly ids: readonly TokenId[];
  /** Readable form of each token (`Tokenizer.show`), so that the page needs no tokenizer. */
  readonly texts?: readonly string[];
  /** log pi_ref. */
  readonly base: readonly number[];
  /** log pi after guidance, before temperature and truncation. */
  readonly guided: readonly number[];
  /** Signed push of each objective or source in nats, as the design defines "contribution". */
  readonly contributions: PerPush<readonly number[]>;
  /**
   * log pi_i for ARMs and siblings, the log-ratio for ratios and contrasts, V_i for value models and the log-odds for
   * classifiers (NaN outside the VAS candidates).
   */
  readonly sources: PerPush<readonly number[]>;
  /** Probability mass outside the listed ids; `plausible` is the part of `base` on tokens that `Sampling.plausible` keeps. */
  readonly tail: { readonly base: number; readonly guided: number; readonly plausible?: number };
}

/** One token of one row. */
export interface RowStep {
  readonly lane: number;
  readonly sample: number;
  readonly position: number;
  readonly token: TokenId;
  /** Text that this token adds; empty while a multi-byte character is incomplete and for end of text. */
  readonly text: string;
  /** log-probability under the sampled distribution (after temperature and truncation) and under pi_ref. */
  readonly logprob: number;
  readonly baseLogprob: number;
  /** KL(sampled distribution || pi_ref at temperature 1, untruncated), nats: also plain sampling has one at temperature 0.7. */
  readonly kl: number;
  /**
   * What steering cost: KL(sampled distribution || plain distribution under the same sampling settings), nats; 0 without steering. Null
   * where truncation keeps a token here that plain sampling never draws: that KL is infinite.
   */
  readonly klSteer: number | null;
  readonly entropy: number;
  /** log Z' of the step at temperature 1: guided = base + sum of contributions - logZ. */
  readonly logZ: number;
  /** Contribution of each active objective or source to the chosen token, nats. */
  readonly contributions: PerPush<number>;
  /** The token that the same noise picks without guidance; a flip is `plainToken !== token`. */
  readonly plainToken: TokenId;
  readonly plainText: string;
  /** The token stood in the lane's opening and was not drawn. */
  readonly isForced?: true;
  /** Present for the rows that a lane shows (sample 0); best-of-N keeps the others small. */
  readonly top?: TopCandidates;
}

export type FinishReason = "eos" | "length" | "aborted" | "dropped";

/** A finished row. `reward` is the judge's, the same model for all lanes. */
export interface SampleResult {
  readonly lane: number;
  readonly sample: number;
  /** Every token drawn, the end token included. */
  readonly tokens: readonly TokenId[];
  /** Exactly what the tokens spell, usually with the space that follows the prompt. */
  readonly text: string;
  readonly finish: FinishReason;
  readonly truth: Truth;
  readonly reward: Rewards;
  /** Ensemble members of the judge behind `reward`, per objective. */
  readonly rewardMembers: Readonly<Partial<Record<ObjectiveId, readonly number[]>>>;
  /** Reward of the whole text by each source that some lane weighs; null where the source says nothing. */
  readonly sources?: Readonly<Record<SourceId, number | null>>;
  /** Sums of the steps' `kl` and `klSteer` along this text, nats; `klSteer` is null where it is at some step. */
  readonly klSum: number;
  readonly klSteer: number | null;
  /** Sum of log-probabilities under the sampled distribution and under pi_ref, nats. */
  readonly logprobSum: number;
  readonly baseLogprobSum: number;
}

/** Exact for token strategies; where samples or blocks are chosen an estimator and an upper bound, never confused. */
export type KlReport =
  | { readonly type: "exact"; readonly sum: number }
  | { readonly type: "best-of-n"; readonly estimator: number; readonly upperBound: number };

export interface LaneResult {
  readonly lane: number;
  /** Index of the sample that the lane shows. */
  readonly chosen: number;
  /** Best-of-N: selection score of each sample, null where it is not defined; otherwise empty. */
  readonly scores: readonly (number | null)[];
  /** Best-of-N: probability with which soft best-of-N at this lane's beta would pick each sample. */
  readonly softChoice?: readonly number[];
  readonly rejection?: RejectionReport;
  /** To pi_ref at temperature 1, untruncated. */
  readonly kl: KlReport;
  /** To plain sampling under the same settings, the first figure that a person reads; null as in `RowStep`. */
  readonly klSteer: KlReport | null;
  readonly klPerToken: number;
  readonly basePerplexity: number;
  /** Distinct n-grams over all n-grams of the shown text's tokens, n = 1, 2, 3. */
  readonly distinct: readonly [number, number, number];
  readonly length: number;
  /** Rows forwarded for this lane, per model id: one row of one forward counts 1 (prefill too). */
  readonly forwards: Readonly<Record<string, number>>;
  /** Wall time of the steps in which the lane had live rows, milliseconds. */
  readonly ms: number;
}

export interface ModelRef {
  readonly id: string;
  readonly sha256: string;
}

export type Backend = "webgpu" | "wasm" | "cpu";
export interface DeviceReport {
  readonly backend: Backend;
  readonly adapter: string;
  readonly isSoftware: boolean;
  readonly threads: number;
  /** A sentence when a better backend was tried and left, else null. */
  readonly fallbackReason: string | null;
}

/** How far the loading of the bundled models has come. */
export interface LoadProgress {
  readonly phase: "fetch" | "verify" | "compile" | "self-check" | "ready";
  readonly modelId: string;
  readonly loadedBytes: number;
  readonly totalBytes: number;
  readonly modelsDone: number;
  readonly modelsTotal: number;
}

/** A run is `started`, then steps, blocks, samples and changes, then exactly one `finished` or `failed`. */
export type RunEvent =
  | {
      readonly type: "started";
      readonly runId: string;
      readonly request: RunRequest;
      readonly models: readonly ModelRef[];
      readonly device: DeviceReport;
      readonly promptTokens: readonly TokenId[];
    }
  | {
      readonly type: "step";
      readonly runId: string;
      readonly step: number;
      readonly rows: readonly RowStep[];
      readonly ms: StepMs;
      /** Forwards so far in this run, all models. */
      readonly forwards: number;
    }
  | { readonly type: "changed"; readonly runId: string; readonly change: ScheduledChange }
  /** A lane's weights moved by themselves, as its `combine` says. The request decides it: a schedule does not hold it. */
  | { readonly type: "moved"; readonly runId: string; readonly move: WeightMove }
  /** A blockwise lane has chosen: its rows go on as the chosen one, from the end of the block. */
  | { readonly type: "block"; readonly runId: string; readonly choice: BlockChoice }
  /** The texts are written and sources read them; may take as long as decoding did. Not part of a trace. */
  | { readonly type: "scoring"; readonly runId: string; readonly done: number; readonly total: number }
  | { readonly type: "sample"; readonly runId: string; readonly result: SampleResult }
  | {
      readonly type: "finished";
      readonly runId: string;
      readonly lanes: readonly LaneResult[];
      /** Decisions whose margin was below 1e-4, reported because another batch size may split there. */
      readonly closeCalls: number;
      /** How the policy's logits came from a graphics card; absent where none can cut them. */
      readonly reads?: LogitReads;
      readonly reason: "done" | "aborted";
    }
  | { readonly type: "failed"; readonly runId: string; readonly error: ErrorData };

/** How rows of logits came from a graphics card, one a row of a lane and step. */
export interface LogitReads {
  /** Their likeliest tokens, and of the rest sums. */
  readonly cut: number;
  /** Whole rows, by why the likeliest tokens were not enough. */
  readonly whole: Readonly<Partial<Record<WholeReason, number>>>;
}

/**
 * `any-token`: `plausible` is 0. `many-plausible`: more plausible tokens than a cut has. `opening`: the lane was told how to begin.
 * `many-candidates`: VAS asks about more. `weighed-anew`: a trial tries other weights. `odd`: a logit is no finite number, or the device
 * cannot look at that many.
 */
export type WholeReason = "any-token" | "many-plausible" | "opening" | "many-candidates" | "weighed-anew" | "odd";

/** A recorded run: replays without models or GPU. */
export interface Trace {
  readonly version: 1;
  readonly request: RunRequest;
  readonly schedule: readonly ScheduledChange[];
  readonly models: readonly ModelRef[];
  readonly device: DeviceReport;
  readonly events: readonly RunEvent[];
}
