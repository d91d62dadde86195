/** The ways of combining as plain data (`way.ts` says what each does), and the steps of weights that move by themselves. */
import type { PerPush, PushId, Weights } from "../ids.ts";

/** Every way but the sum. All numbers are in units of the wish's reward, in the direction of the wish. */
export type Combine =
  | { readonly type: "worst"; readonly eta: number }
  | { readonly type: "harmonic" }
  | Goals
  | {
      readonly type: "priority";
      /** The most important wish first; wishes that are not named follow, the heaviest first. */
      readonly order: readonly PushId[];
      /** Differences up to it decide nothing; 0 where none is named. */
      readonly margins: PerPush<number>;
    }
  /** A wish without a floor vetoes nothing. */
  | { readonly type: "veto"; readonly floors: PerPush<number> }
  | { readonly type: "majority" }
  | { readonly type: "robust"; /** Weight of the mean, from 0 to 1. */ readonly lambda: number };

export interface Goals {
  readonly type: "goals";
  /** θ: at least so much of each. A wish without one keeps its weight. */
  readonly targets: PerPush<number>;
  /** How far a weight moves for each unit that is missing. */
  readonly eta: number;
  /** The largest size of a moving weight; `LIMITS.weight` of a request where none is named. */
  readonly most: PerPush<number>;
}

/** Rewards of a text so far; null where a wish has none, which then does not move. */
export type RewardsSoFar = PerPush<number | null>;

/** A step that a lane's weights made by themselves: they act from response position `token` on. */
export interface WeightMove {
  readonly token: number;
  readonly lane: number;
  readonly weights: Weights;
  /** r of each wish, not turned into its direction. */
  readonly rewards: RewardsSoFar;
}

/** What moves the weights of a lane while it writes. */
export type Moving = Extract<Combine, { type: "worst" | "goals" }>;
