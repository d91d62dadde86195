/**
 * One pool of N samples read in many ways. The samples of best-of-N come from the plain distribution, whatever the weights, beta,
 * ensemble or N, and sample j of a smaller N is sample j of a larger one: so the first n of a pool are what a lane with
 * that n would have drawn, and every reading costs no forward.
 */
import { bestOfN } from "./best-of-n.ts";
import { bestOfNKlBound, bestOfNKlEstimate, choiceKl } from "./kl.ts";
import { judgedScore, type RankingRule } from "./selection.ts";
import { softBestOfN, softChoiceDistribution } from "./soft-best-of-n.ts";
import type { KlReport, SampleResult, Weights } from "./types.ts";

export interface PoolReading {
  /** The first n samples; at most the size of the pool. */
  readonly n: number;
  readonly weights: Weights;
  readonly rule: RankingRule;
  /** KL coefficient of soft best-of-N; null takes the highest score. */
  readonly beta: number | null;
}

export interface PoolChoice {
  readonly chosen: number;
  /** Score of the chosen sample; null where it is not defined. */
  readonly score: number | null;
  /** To pi_ref at temperature 1, and to plain sampling under the same settings: what choosing alone costs. */
  readonly kl: KlReport;
  readonly klSteer: KlReport;
  /** Rows forwarded for the first n samples: by the policy, and by the judge. */
  readonly forwards: { readonly policy: number; readonly judge: number };
}

type PoolSample = Pick<SampleResult, "tokens" | "rewardMembers" | "sources" | "logprobSum" | "klSum">;

/** @param seed of the request that drew the pool: it decides the choice of soft best-of-N */
export function readPool(pool: readonly PoolSample[], reading: PoolReading, seed: number): PoolChoice {
  const { n, weights, rule, beta } = reading;
  if (!(n >= 1 && n <= pool.length)) throw new Error(`n must be from 1 to ${pool.length}, the pool's size, got ${n}`);
  const samples = pool.slice(0, n);
  const scores = samples.map((sample) => judgedScore(weights, rule, sample));
  const chosen = beta === null ? bestOfN(scores) : softBestOfN(scores, beta, seed);
  const distribution = beta === null ? null : softChoiceDistribution(scores, beta);
  // The prompt is read once, and the last token of a text by no one.
  const policy = samples.reduce((sum, { tokens }) => sum + tokens.length - 1, 1);
  const judge = samples.filter(({ tokens }) => tokens.length > 0).length;
  return {
    chosen,
    score: scores[chosen]!,
    kl: bestOfNKl(n, samples[chosen]!, distribution),
    klSteer: bestOfNKl(n, { ...samples[chosen]!, klSum: 0 }, distribution),
    forwards: { policy, judge },
  };
}

/**
 * What choosing among n costs, plus what the distribution that the samples were drawn from costs, the exact KL along the chosen
 * text (0 at temperature 1 without truncation). The estimator takes eps = probability of the chosen text under that distribution;
 * soft best-of-N, which chooses less sharply, takes the KL of its choice to a uniform one where that is smaller, so that
 * beta = Infinity costs nothing.
 * @param softDistribution log-probabilities of soft best-of-N's choice; null for the argmax
 */
export function bestOfNKl(
  n: number,
  { logprobSum, klSum }: Pick<SampleResult, "logprobSum" | "klSum">,
  softDistribution: Float64Array | null,
): KlReport {
  // Rounding can lift the probability of a certain text above 1.
  const hard = bestOfNKlEstimate(n, Math.min(1, Math.exp(logprobSum)));
  const choice = softDistribution === null ? Infinity : choiceKl(softDistribution);
  return {
    type: "best-of-n",
    estimator: Math.min(hard, choice) + klSum,
    upperBound: bestOfNKlBound(n) + klSum,
  };
}
