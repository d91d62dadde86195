/** Recomputes the vectors of best-of-N, ensembles and metrics from their inputs, by calling the core. */
import { bestOfN } from "../../src/core/best-of-n.ts";
import { ensembleScore } from "../../src/core/ensembles.ts";
import { bestOfNPmf, bestOfNWinRateBound, expectedBestOfN } from "../../src/core/estimators/best-of-n.ts";
import { meanInnerProduct, winRates } from "../../src/core/estimators/win-rates.ts";
import { bestOfNKlBound, bestOfNKlEstimate } from "../../src/core/kl.ts";
import { mean, populationVariance } from "../../src/core/stats.ts";
import { klDivergence } from "../../src/core/logprobs.ts";
import { countNgrams, distinctN, hypervolume, nonDominated } from "../../src/core/metrics.ts";
import type { Point } from "../../src/core/metrics.ts";
import { softChoiceDistribution } from "../../src/core/soft-best-of-n.ts";
import type { Ensemble } from "../../src/core/types.ts";
import { BadInput } from "../node/bad-input.ts";
import type { Fields } from "./json.ts";
import type { Tree } from "./compare.ts";
import type { Recompute } from "./token-strategies.ts";

/** "0_2" -> 0.2 and "1e_9" -> 1e-9, as names of leaves write numbers. */
function numberInName(text: string): number {
  const number = Number(text.includes("e_") ? text.replace("e_", "e-") : text.replace("_", "."));
  if (Number.isNaN(number)) throw new BadInput(`"${text}" in the name of a leaf is not a number`);
  return number;
}

function ensembleOver(byModel: readonly number[][], ensemble: Ensemble, lambda: number): number[] {
  return byModel[0]!.map((_, j) =>
    ensembleScore(
      byModel.map((scores) => scores[j]!),
      ensemble,
      lambda,
    ),
  );
}

function points(inputs: Fields, key: string): Point[] {
  return inputs.matrix(key).map(([x, y], i) => {
    if (x === undefined || y === undefined) throw new BadInput(`inputs.${key}[${i}] must be a pair`);
    return [x, y];
  });
}

export const sequenceStrategies: Readonly<Record<string, Recompute>> = {
  bon_kl_and_winrate_bound(inputs) {
    const ns = inputs.numbers("n");
    return { kl_bound: ns.map(bestOfNKlBound), win_rate_bound: ns.map(bestOfNWinRateBound) };
  },

  bon_exact_discrete(inputs, expected) {
    const ref = inputs.numbers("ref_probs_worst_to_best");
    const rows = expected.rows("rows").map((row) => {
      const n = row.number("n");
      const pmf = bestOfNPmf(ref, n);
      return {
        n,
        pmf,
        exact_kl: klDivergence(pmf.map(Math.log), ref.map(Math.log)),
        bound: bestOfNKlBound(n),
        expected_estimator: pmf.reduce((sum, p, y) => sum + p * bestOfNKlEstimate(n, ref[y]!), 0),
      };
    });
    const tree: Record<string, Tree> = { rows };
    for (const key of expected.keys) {
      const estimator = /^estimator_eps_(\w+)_n_(\d+)$/.exec(key);
      if (estimator) tree[key] = bestOfNKlEstimate(Number(estimator[2]), numberInName(estimator[1]!));
      const bound = /^bound_n_(\d+)$/.exec(key);
      if (bound) tree[key] = bestOfNKlBound(Number(bound[1]));
    }
    return tree;
  },

  bon_unbiased_estimator(inputs, expected) {
    const scores = inputs.numbers("scores");
    const ns = expected.numbers("n");
    return {
      n: ns,
      expected_best: ns.map((n) => expectedBestOfN(scores, n)),
      mean: mean(scores),
      max: scores[bestOfN(scores)]!,
    };
  },

  soft_best_of_n(inputs, expected) {
    const scores = inputs.numbers("scores");
    const rows = expected.rows("rows").map((row) => {
      const lam = row.number("lam");
      const probs = softChoiceDistribution(scores, lam).map((logp) => Math.exp(logp));
      return { lam, probs, expected_reward: scores.reduce((sum, score, j) => sum + probs[j]! * score, 0) };
    });
    return { rows, hard_bon_index: bestOfN(scores) };
  },

  ensemble_wco_uwo(inputs, expected) {
    const byModel = inputs.matrix("scores_by_rm");
    const uwo: Record<string, Tree> = {};
    for (const lambda of expected.fields("uwo_population").keys)
      uwo[lambda] = ensembleOver(byModel, "uwo", Number(lambda));
    const means = ensembleOver(byModel, "mean", 0);
    const worst = ensembleOver(byModel, "wco", 0);
    const pick: Record<string, Tree> = { mean: bestOfN(means), wco: bestOfN(worst) };
    for (const key of expected.fields("pick").keys) {
      const lambda = /^uwo_population_(\w+)$/.exec(key);
      if (lambda) pick[key] = bestOfN(ensembleOver(byModel, "uwo", numberInName(lambda[1]!)));
    }
    return {
      mean: means,
      wco: worst,
      var_population: byModel[0]!.map((_, j) => populationVariance(byModel.map((scores) => scores[j]!))),
      uwo_population: uwo,
      pick,
    };
  },

  metrics(inputs, expected) {
    const tokens = inputs.strings("tokens");
    const front = points(inputs, "points");
    const reference = inputs.numbers("reference_point");
    const rates = winRates(inputs.number("win"), inputs.number("tie"), inputs.number("lose"));
    const tree: Record<string, Tree> = {
      ngram: expected.rows("ngram").map((row) => {
        const n = row.number("n");
        return { n, ...countNgrams(tokens, n), distinct_n: distinctN(tokens, n) };
      }),
      hypervolume: hypervolume(front, [reference[0]!, reference[1]!]),
      non_dominated: nonDominated(front),
      mip: meanInnerProduct(points(inputs, "preference_vectors"), front),
      win_rate: rates.strict,
      win_half_tie: rates.halfTies,
    };
    for (const key of expected.keys) {
      // A second reference point, the same in both coordinates.
      const other = /^hypervolume_ref_(\w+)$/.exec(key);
      if (other) tree[key] = hypervolume(front, [numberInName(other[1]!), numberInName(other[1]!)]);
    }
    return tree;
  },
};
