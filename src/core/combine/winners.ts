/** Who of N samples would win under each way of combining their rewards: the ways side by side. */
import { bestOfN } from "../best-of-n.ts";
import type { SampleResult } from "../types.ts";
import { judgedScores, type RankedBy, type Scores } from "./rank.ts";
import { WAYS, type WayId } from "./way.ts";
import type { Combine } from "./way-types.ts";

/** "uncertainty" is the sum less the disagreement of the judge's members (UWO, Coste et al., arXiv:2310.02743). */
export const VERDICTS = [...WAYS, "uncertainty"] as const;
export type VerdictId = WayId | "uncertainty";

/** The ways with their numbers, and λ of "uncertainty". */
export interface WaySettings {
  readonly ways: Readonly<Record<Exclude<WayId, "sum">, Combine>>;
  readonly penalty: number;
}

export interface Verdict {
  readonly way: VerdictId;
  /** Index of the sample, the first on ties; null where no sample has a score. */
  readonly winner: number | null;
  /** Others that score the same as the winner. */
  readonly tied: number;
  readonly scores: Scores;
}

/**
 * @param by the lane's weights and its ensemble; its own way plays no part
 * @param samples at least one
 */
export function winnersUnder(
  by: RankedBy,
  samples: readonly Pick<SampleResult, "rewardMembers" | "sources">[],
  { ways, penalty }: WaySettings,
): Verdict[] {
  const { weights, ensemble, lambda } = by;
  return VERDICTS.map((way) => {
    const rule =
      way === "uncertainty" ? { weights, ensemble: "uwo" as const, lambda: penalty } : { weights, ensemble, lambda };
    const scores = judgedScores(
      way === "sum" || way === "uncertainty" ? rule : { ...rule, combine: ways[way] },
      samples,
    );
    const best = bestOfN(scores);
    const score = scores[best] ?? null;
    if (score === null) return { way, winner: null, tied: 0, scores };
    return { way, winner: best, tied: scores.filter((each) => each === score).length - 1, scores };
  });
}
