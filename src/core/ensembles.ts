/**
 * One score from the members of a reward-model ensemble.
 *
 *   mean = (1/k) sum_m R_m        WCO = min_m R_m        UWO = mean - lambda Var_m(R_m)
 *   robust = lambda mean + (1 - lambda) min_m R_m        Reward-Robust RLHF, arXiv:2409.15360
 *
 * Coste et al., "Reward model ensembles help mitigate overoptimization", ICLR 2024, arXiv:2310.02743. Var is the
 * population variance, as in their best-of-N code (their PPO code uses the sample variance, so one lambda means two
 * things there), and lambda = 0 is the mean (their code reads a weight of 0 as 1).
 */
import { mean, populationVariance } from "./stats.ts";
import type { Ensemble } from "./types.ts";

/** @param members R_m, units of reward, at least one; `lambda` >= 0 in 1 / units of reward for "uwo", from 0 to 1 for "robust" */
export function ensembleScore(members: ArrayLike<number>, ensemble: Ensemble, lambda: number): number {
  switch (ensemble) {
    case "mean":
      return mean(members);
    case "wco":
      return minimum(members);
    case "uwo":
      return mean(members) - lambda * populationVariance(members);
    case "robust":
      return lambda * mean(members) + (1 - lambda) * minimum(members);
    default:
      throw new Error(`unknown ensemble ${String(ensemble satisfies never)}`);
  }
}

function minimum(x: ArrayLike<number>): number {
  let least = Infinity;
  for (let i = 0; i < x.length; i++) least = Math.min(least, x[i]!);
  return least;
}
