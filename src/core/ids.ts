/** What things are called by: tokens, objectives, sources, and tables with one entry for each. */
import type { SourceId } from "./sources/spec.ts";

export type TokenId = number;
export type Kind = "story" | "advice";

/** In the order used by every table, card and chart. */
export const OBJECTIVE_IDS = ["joy", "adventure", "dialogue", "detail", "helpful", "cautious"] as const;
export type ObjectiveId = (typeof OBJECTIVE_IDS)[number];

/** Objectives that are defined for a kind of text; the others are null there. */
export const OBJECTIVES_OF_KIND = {
  story: ["joy", "adventure", "dialogue", "detail"],
  advice: ["helpful", "cautious"],
} as const satisfies Record<Kind, readonly ObjectiveId[]>;

/** Whatever has a weight and pushes tokens or ranks texts. */
export type PushId = ObjectiveId | SourceId;
export type PerPush<T> = Readonly<Partial<Record<ObjectiveId, T>>> & Readonly<Record<SourceId, T>>;

/** One number per objective and per source of the request; what is absent counts as weight 0. */
export type Weights = PerPush<number>;
