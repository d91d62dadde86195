/**
 * What best-of-N ranks a sample by: the weighted sum of the judge's rewards, or of the truth in a lane labelled oracle.
 *
 *   score = ensemble over members m of  sum_i w_i min(r_im, cap_i)  +  sum_s w_s r_s
 *
 * r_s is the reward of a source without training, which has no members.
 * Summing before the ensemble keeps the worst case the worst case where a weight is negative. A cap says how much of an
 * objective is wished for and not more: the idea of thresholds on proxy rewards in Moskovitz et al., "Confronting reward
 * model overoptimization with constrained RLHF", arXiv:2310.04373, in the form that fits a ranking.
 */
import { ensembleScore } from "./ensembles.ts";
import { isObjective, pushIds } from "./push-ids.ts";
import type { Ensemble, PushId, Rewards, SampleResult, Truth, Weights } from "./types.ts";

/** "single" trusts the judge's first member alone: what an ensemble is compared with. */
export interface RankingRule {
  readonly ensemble: Ensemble | "single";
  /** Used by "uwo" and "robust" alone. */
  readonly lambda: number;
  /** In the direction of the wish: for a negative weight at most this much of minus the reward counts. */
  readonly caps?: Rewards;
}

/** null for a text that was not judged, or not by every objective and source with a weight. */
export function judgedScore(
  weights: Weights,
  { ensemble, lambda, caps = {} }: RankingRule,
  { rewardMembers, sources = {} }: Pick<SampleResult, "rewardMembers" | "sources">,
): number | null {
  const isJudged = pushIds(weights).some((id) => isObjective(id) && weights[id] !== 0);
  const isRanked = isJudged || pushIds(weights).some((id) => weights[id] !== 0);
  const members = ensemble === "single" || (isRanked && !isJudged) ? 1 : membersOf(rewardMembers);
  const sums: number[] = [];
  for (let m = 0; m < members; m++) {
    const sum = weightedSum(weights, (id) => {
      if (!isObjective(id)) return sources[id] ?? null;
      const reward = rewardMembers[id]?.[m] ?? null;
      const cap = caps[id];
      if (reward === null || cap === undefined) return reward;
      return (weights[id] ?? 0) < 0 ? Math.max(reward, -cap) : Math.min(reward, cap);
    });
    if (sum === null) return null;
    sums.push(sum);
  }
  return sums.length === 0 ? null : ensembleScore(sums, ensemble === "single" ? "mean" : ensemble, lambda);
}

/** Members of the judge behind a sample; 0 where it was not judged. */
export function membersOf(rewardMembers: SampleResult["rewardMembers"]): number {
  return Math.max(0, ...Object.values(rewardMembers).map((values) => values.length));
}

/**
 * sum_i w_i t_i of true objectives: what the weights ask for, as far as it came true. Null where one with a weight is not
 * defined; a source has no truth.
 */
export function weighedTruth(weights: Weights, truth: Truth): number | null {
  return weightedSum(weights, (id) => (isObjective(id) ? (truth[id] ?? null) : null));
}

/** The same of the judge's rewards, and of the scores of sources where there are any. */
export function weighedReward(
  weights: Weights,
  { reward, sources = {} }: Pick<SampleResult, "reward" | "sources">,
): number | null {
  return weightedSum(weights, (id) => (isObjective(id) ? (reward[id] ?? null) : (sources[id] ?? null)));
}

/** sum_i w_i r_i over what has a weight; null where one of them is null. */
export function weightedSum(weights: Weights, read: (id: PushId) => number | null): number | null {
  let sum = 0;
  for (const id of pushIds(weights)) {
    const weight = weights[id] ?? 0;
    if (weight === 0) continue;
    const value = read(id);
    if (value === null) return null;
    sum += weight * value;
  }
  return sum;
}
