/** Which sample a lane shows, and by what scores. */
import { bestOfN } from "../core/best-of-n.ts";
import { ensembleScore } from "../core/ensembles.ts";
import { softBestOfN } from "../core/soft-best-of-n.ts";
import { OBJECTIVE_IDS } from "../core/types.ts";
import type { BestOfN, ObjectiveId, SampleResult, Strategy, Weights } from "../core/types.ts";

export interface Selection {
  readonly chosen: number;
  readonly scores: readonly (number | null)[];
}

type Judged = Pick<SampleResult, "rewardMembers" | "truth">;

/** @param samples the lane's finished samples in order; @param seed decides the choice of soft best-of-N alone */
export function selectSample(strategy: Strategy, samples: readonly Judged[], seed: number): Selection {
  switch (strategy.id) {
    case "base":
    case "genarm":
    case "vas":
      return { chosen: 0, scores: [] };
    case "bon": {
      const scores = samples.map((sample) => judgedScore(strategy, sample));
      return { chosen: bestOfN(scores), scores };
    }
    case "soft-bon": {
      const scores = samples.map((sample) => judgedScore(strategy, sample));
      return { chosen: softBestOfN(scores, strategy.beta, seed), scores };
    }
    case "oracle-bon": {
      const scores = samples.map(({ truth }) => weightedSum(strategy.weights, (objective) => truth[objective] ?? null));
      return { chosen: bestOfN(scores), scores };
    }
    default:
      throw new Error(`unknown strategy ${JSON.stringify(strategy satisfies never)}`);
  }
}

/**
 * The ensemble of the members' weighted sums. Summing first keeps the worst case the worst case where a weight is
 * negative. null for a text that was not judged, or not by every objective with a weight.
 */
function judgedScore({ weights, ensemble, lambda }: BestOfN, { rewardMembers }: Judged): number | null {
  const members = Math.max(0, ...Object.values(rewardMembers).map((values) => values.length));
  const sums: number[] = [];
  for (let m = 0; m < members; m++) {
    const sum = weightedSum(weights, (objective) => rewardMembers[objective]?.[m] ?? null);
    if (sum === null) return null;
    sums.push(sum);
  }
  return sums.length === 0 ? null : ensembleScore(sums, ensemble, lambda);
}

/** sum_i w_i r_i over the objectives with a weight; null where one of them is null. */
function weightedSum(weights: Weights, read: (objective: ObjectiveId) => number | null): number | null {
  let sum = 0;
  for (const objective of OBJECTIVE_IDS) {
    const weight = weights[objective] ?? 0;
    if (weight === 0) continue;
    const value = read(objective);
    if (value === null) return null;
    sum += weight * value;
  }
  return sum;
}
