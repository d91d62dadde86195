/**
 * How a lane makes one number of several wishes. A wish is an objective or a source that the lane weighs: the sign of its
 * weight is its direction, and "reward" below means the reward in that direction.
 *
 *   sum        Σ w_i r_i                                       what a lane without a way does
 *   worst      min_i w_i r_i                                   the wish that is furthest behind decides
 *   harmonic   weighted harmonic mean; the weights are the λ   λ-Harmonic of RPO, arXiv:2407.12164
 *   goals      - Σ max(0, θ_i - r_i): what is missing          constrained RLHF, arXiv:2310.04373
 *   priority   the first wish that tells two texts apart       HERON, arXiv:2309.02632
 *   veto       Σ w_i r_i of the texts above every floor        Perfect Blend, arXiv:2409.20370
 *   majority   wins in pairs by most of the wishes (Copeland)  the case of GPM, arXiv:2410.02197
 *   robust     λ mean + (1 - λ) min over the judge's members   Reward-Robust RLHF, arXiv:2409.15360
 *
 * Best-of-N ranks whole texts by any of them (`rank.ts`). Blocks take those that score a text by itself: their candidates end
 * at different times, so they cannot all meet each other. A lane that chooses token by token has the sum, and "worst" and
 * "goals" by weights that move while it writes (`moving.ts`).
 */
import type { StrategyId } from "../types.ts";
import type { Combine } from "./way-types.ts";

export const WAYS = ["sum", "worst", "harmonic", "goals", "priority", "veto", "majority", "robust"] as const;
export type WayId = (typeof WAYS)[number];

const BY_TOKEN = ["sum", "worst", "goals"] as const satisfies readonly WayId[];

/** Of "worst" and "goals" where a request names none. */
export const DEFAULT_ETA = 1;

export function wayOf(strategy: { readonly combine?: Combine }): WayId {
  return strategy.combine?.type ?? "sum";
}

/** Ways in which texts meet each other, so that none has a score of its own. */
const BY_MEETING: readonly WayId[] = ["priority", "majority"];

/** Strategies that choose token by token; blocks and samples are whole texts. */
export function choosesTokens(strategy: StrategyId): boolean {
  return strategy === "genarm" || strategy === "vas" || strategy === "args";
}

/** Whether a strategy can follow a way. Plain sampling has no wishes. */
export function canCombine(strategy: StrategyId, way: WayId): boolean {
  if (way === "sum") return true;
  if (strategy === "base") return false;
  if (strategy === "blockwise") return !BY_MEETING.includes(way);
  return !choosesTokens(strategy) || BY_TOKEN.some((known) => known === way);
}
