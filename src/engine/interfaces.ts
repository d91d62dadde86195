/**
 * What the decode loop needs from models. ONNX sessions and the tables of the exact world implement these alike.
 * Owners dispose: whoever opens a batch disposes it. No call overlaps another on the same runtime.
 */
import type { BesideAsk, CutLogits, HeldLogits, LogitsBeside } from "../core/cut-logits.ts";
import type { FeatureName, StateFeatures } from "../core/heads/features.ts";
import type { PolicyIdentity } from "../core/heads/head-card.ts";
import type { ListedRewards } from "../core/listed-rewards.ts";
import type { Unembedding } from "../core/heads/unembedding.ts";
import type {
  ChatTurn,
  DeviceReport,
  Kind,
  LaneChange,
  ModelRef,
  ObjectiveId,
  PushId,
  RowStep,
  TokenId,
  Truth,
} from "../core/types.ts";

/** ONNX models give float32; the tables of the exact world are float64. */
export type Logits = Float32Array | Float64Array;

/**
 * Rows of one causal model that advance together. Rows may be ragged (different lengths); the implementation pads
 * on the right. `logits(row)` is the next-token row of the latest forward, `[V]`, valid until the next call. After each
 * forward it is another view: equal views have equal numbers.
 */
export interface RowBatch {
  readonly size: number;
  logits(row: number): Logits;
  /**
   * The likeliest of them, where `open` asked for cuts and the device makes them: then `logits` first needs `bring`. Null for a
   * row that could not be cut.
   */
  readonly cut?: (row: number) => CutLogits | null;
  /** Brings the whole logits of these rows, before any other forward of the model but for held ones; one read, and no forward. */
  readonly bring?: (rows: readonly number[]) => Promise<void>;
  /** Keeps the logits of the latest forward on the device until the next such call, while the model reads other rows. */
  readonly hold?: () => HeldLogits;
  /**
   * What terms need of these rows beside rows that are held; one read. Null for a row that must be brought whole, because a logit is
   * no finite number or the device cannot look at that many.
   */
  readonly beside?: (asked: readonly BesideAsk[]) => Promise<readonly (LogitsBeside | null)[]>;
  /** Whether the device can cut logits, whether or not `open` asked for it. */
  readonly canCut?: boolean;
  /** Appends one token to every row with a single batched forward. `tokens.length === size`. */
  step(tokens: readonly TokenId[]): Promise<void>;
  /**
   * New row r continues old row `rows[r]`: forks, drops and reorders; runs no forward. With `lengths` it keeps the first
   * `lengths[r]` tokens of that row and takes the others back; its logits are then there only after the next step.
   */
  select(rows: readonly number[], lengths?: readonly number[]): Promise<void>;
  /** The states behind a row's logits; absent unless `open` asked for them. Valid as long as the logits. */
  readonly state?: (row: number) => RowState;
  /** Takes the newest token of every row back and reads these in their place, one forward; there where the states are. */
  readonly replace?: (tokens: readonly TokenId[]) => Promise<void>;
  dispose(): void;
}

/** States of a model after a token, `[hidden]` each. */
export interface RowState {
  /** After the final norm: what the head of the vocabulary reads. */
  readonly hidden: Float32Array;
  /** The residual stream after block `StateSizes.layer`; null where that is. */
  readonly middle: Float32Array | null;
}

export interface StateSizes {
  /** Numbers of a state. */
  readonly hidden: number;
  /** Blocks of the model that the middle state has gone through; null for a graph that gives its last state alone. */
  readonly layer: number | null;
}

/** "last" leaves the middle state on the device. */
export type StatesWanted = "none" | "last" | "all";

export interface OpenRows {
  /** Tokens that may follow, so that room for them is made once; more may come all the same. Default 1. */
  readonly ahead?: number;
  /** Which states the rows give; only for a model that has them. Default "none". */
  readonly states?: StatesWanted;
  /** Whether the likeliest tokens are enough, if the device can cut them out. */
  readonly canBeCut?: boolean;
  /** Tokens that no cut has, for they cannot be drawn. */
  readonly banned?: ReadonlySet<TokenId>;
  /** Whether logits may stay on the device, if it can keep them, until `bring` or `beside` asks; no cuts are made then. */
  readonly canStay?: boolean;
}

/** A policy or an autoregressive reward model. */
export interface CausalModel {
  readonly id: string;
  /** Tokenizer ids only; padded ids are already dropped. */
  readonly vocabSize: number;
  readonly context: number;
  /** Sizes of the states behind the logits; absent where the graph does not give them. */
  readonly states?: StateSizes;
  /** One forward over all prefixes (right-padded when ragged). */
  open(prefixes: readonly (readonly TokenId[])[], options?: OpenRows): Promise<RowBatch>;
  /**
   * Teacher forcing: the next-token logits after each of the last `count` tokens of a text, oldest first, from one
   * forward over the whole text. The caller keeps them.
   */
  read(text: readonly TokenId[], count: number): Promise<readonly Logits[]>;
  /**
   * Teacher forcing for several texts that begin alike: for each ending in turn the next-token logits after the beginning
   * and after each token of the ending, one more than its tokens. They are views, valid until the next ending is asked
   * for. The beginning is read once. Absent where the cache of the model cannot be gone on from; `read` serves there.
   */
  readonly readEndings?: (
    beginning: readonly TokenId[],
    endings: readonly (readonly TokenId[])[],
  ) => AsyncGenerator<readonly Logits[]>;
  /** Teacher forcing: the log-probabilities of the last tokens of a text, nats, where whole rows of logits need not come. */
  readonly readLogprobs?: (text: readonly TokenId[], count: number) => Promise<Float64Array>;
  /** The states behind what `read` gives, from one forward; absent where the graph does not give them. Logits may be empty. */
  readonly readStates?: (
    text: readonly TokenId[],
    count: number,
    wants?: "logits" | "states" | "last state",
  ) => Promise<readonly (RowState & { readonly logits: Logits })[]>;
}

/** Look-ahead rows: k candidates for each prefix, one batched forward a step. T is what is known after a candidate. */
export interface AheadBatch<T> {
  readonly size: number;
  /**
   * What is known after prefix + candidate, for every candidate of every row, `[row][candidate]`. One forward for all rows;
   * every row has the same number of candidates, at most the `k` of `open`, most likely first.
   */
  evaluate(candidates: readonly (readonly TokenId[])[]): Promise<readonly (readonly T[])[]>;
  /** Whether the latest `evaluate` ran one forward more, one row a prefix, to read choices outside the candidates. */
  readonly hasReadChoices?: boolean;
  /** Appends the chosen token to every row; runs no forward of its own. */
  advance(tokens: readonly TokenId[]): void;
  select(rows: readonly number[]): Promise<void>;
  dispose(): void;
}

export interface AheadModel<T> {
  readonly id: string;
  open(prefixes: readonly (readonly TokenId[])[], k: number): Promise<AheadBatch<T>>;
}

/** V(prefix + candidate): one number per objective of the model, in `ValueModel.objectives` order. */
export type ValueBatch = AheadBatch<Float64Array>;

export interface ValueModel extends AheadModel<Float64Array> {
  readonly objectives: readonly ObjectiveId[];
  readonly context: number;
  /** V after each of the last `count` tokens of a text, oldest first, from one forward over the whole text. */
  read(text: readonly TokenId[], count: number): Promise<readonly Float64Array[]>;
}

/** Scores whole responses; the judge of every lane and the ranking of best-of-N. */
export interface RewardModel {
  readonly id: string;
  readonly objectives: readonly ObjectiveId[];
  readonly members: number;
  readonly context: number;
  /**
   * `[sequence][objective][member]`, standardised reward units. A sequence is start, prompt and response, with the end
   * token where the text ended by itself. Ragged sequences are padded inside.
   */
  score(sequences: readonly (readonly TokenId[])[]): Promise<readonly (readonly Float64Array[])[]>;
}

/** Gives texts a number for each of its labels, a sentiment or a toxicity. */
export interface Classifier {
  readonly id: string;
  readonly labels: readonly string[];
  /** Each label by itself (a sigmoid each), or one of all (softmax). */
  readonly isMultiLabel: boolean;
  /** Logits `[text][label]`, one batched forward. Long texts are cut to its context inside. */
  score(texts: readonly string[]): Promise<readonly Float64Array[]>;
}

/** An ARM with the coefficient it was trained with: `b log pi_r` is in units of reward. */
export interface ArmSource {
  readonly objective: ObjectiveId;
  readonly b: number;
  readonly model: CausalModel;
}

export interface Tokenizer {
  readonly vocabSize: number;
  readonly bosId: TokenId;
  /** Any of these ends a text; the first is the one that stands for it. */
  readonly endIds: readonly TokenId[];
  /** Adds no special tokens. */
  encode(text: string): TokenId[];
  decode(ids: readonly TokenId[]): string;
  /** Readable form of one token, with control and partial bytes as `<0xE2>`. */
  show(id: TokenId): string;
}

/** What a model is asked to continue. */
export interface PromptVariant {
  readonly kind: Kind;
  readonly prompt: string;
  /** What the answer is to be like, before the prompt; null leaves the prompt as it is. */
  readonly instruction: string | null;
  /** What a chat model is told first, and the turns before the prompt; empty for models that do not chat. */
  readonly system: string;
  readonly turns: readonly ChatTurn[];
}

/** Everything the decode loop may use. The owner of the models outlives every run. */
export interface Models {
  readonly tokenizer: Tokenizer;
  readonly policy: CausalModel;
  readonly arms: ReadonlyMap<ObjectiveId, ArmSource>;
  /** Every causal model that sources may ask, by its id, the policy and the ARMs among them; one tokenizer for all. */
  readonly readers: ReadonlyMap<string, CausalModel>;
  readonly classifiers: ReadonlyMap<string, Classifier>;
  readonly value: ValueModel | null;
  readonly judge: RewardModel | null;
  /** Reward heads over the policy's states, by the ids of their cards; absent where none is loaded. */
  readonly heads?: ReadonlyMap<string, LoadedHead>;
  /** What heads over the policy's states need; absent where its graph does not give them. */
  readonly teaching?: TeachingPlace;
  /** The same of the other causal models that give theirs, by id: a head of a small one may guide a larger policy. */
  readonly siblings?: ReadonlyMap<string, TeachingPlace>;
  /** Reported in `started`. */
  readonly refs: readonly ModelRef[];
  readonly device: DeviceReport;
  /**
   * The tokens that a model reads before the response, start token and template included. Models may see different
   * prompts; they share the response alone.
   */
  promptIds(modelId: string, variant: PromptVariant): TokenId[];
  /** The true objectives of a response (no leading space); they judge, and rank only in a lane labelled oracle. */
  truth(kind: Kind, prompt: string, response: string): Truth;
}

/** A learned reward of the next token, or a learned value of the text so far. */
export type LoadedHead = PushingHead | ValuingHead;

export interface PushingHead {
  readonly kind: "push";
  /** What it reads of a state; all that there is where nothing is said. */
  readonly features?: readonly FeatureName[];
  /** Whose states it reads; the policy's where nothing is said. */
  readonly model?: CausalModel;
  /** r(v|s) of some tokens after a state, nats at weight 1. */
  rewards(features: StateFeatures, tokens: Int32Array): Float32Array;
}

export interface ValuingHead {
  readonly kind: "value";
  /** What it reads of a state; all that there is where nothing is said. */
  readonly features?: readonly FeatureName[];
  /** V(s): the score that the finished text is expected to have, in standard deviations of the teacher's scores. */
  value(features: StateFeatures): number;
}

/** The policy as heads learn from it (`core/heads/`). */
export interface TeachingPlace {
  /** Rows of the head of the vocabulary; read from the file when they are asked for. */
  unembedding(): Promise<Unembedding>;
  /** Which policy a head fits. */
  identity(): Promise<PolicyIdentity>;
}

/** The raw numbers that one row's next-token distribution is made of. */
export interface StepScores {
  /** The likeliest tokens alone where nothing else can be drawn, and the device cuts them out. */
  readonly policy: Logits | CutLogits;
  /** Of each term one row a part: an ARM has one, a ratio two. Where the policy's row is cut, so are they. */
  readonly terms: ReadonlyMap<PushId, readonly (Logits | LogitsBeside)[]>;
  /** Of each head its rewards of the tokens that can be drawn. */
  readonly heads: ReadonlyMap<PushId, ListedRewards>;
  /** VAS: the candidates, most likely first, and one vector of values for each (`ValueGuide.column`); otherwise empty. */
  readonly candidates: readonly TokenId[];
  readonly values: readonly Float64Array[];
}

/** How the caller reaches into a run. */
export interface RunControl {
  readonly signal: AbortSignal;
  /** A clock in milliseconds, an argument so that tests control it. */
  now(): number;
  /**
   * Resolves when the reader has dealt with the last event, or the signal aborts. It is awaited in every step after the
   * policy's forward, the one part that no change can touch, so that this forward runs while the page draws.
   */
  turn(): Promise<void>;
  /** Changes asked for since the last call; polled after `turn`, before the token is drawn, and acting from it on. */
  takeChanges(): readonly { readonly lane: number; readonly change: LaneChange }[];
  /** Offered every step of the lanes that GenARM or VAS may steer. Scores are views, valid during the call. */
  keep?(step: RowStep, scores: StepScores): void;
  /** Whether `keep` wants whole vocabularies, to weigh them anew. */
  readonly keepsWhole?: boolean;
}
