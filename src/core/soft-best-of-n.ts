/**
 * Soft best-of-N: draw N texts, keep text j with a probability that grows with its reward.
 *
 *   Pr(j) = exp(r_j / beta) / sum_i exp(r_i / beta)
 *
 * Verdun et al., arXiv:2505.03156, who write lambda for our beta; Khalaf et al. use lambda for 1/beta. As N grows its
 * distribution tends to pi_ref exp(r / beta); beta near 0 is best-of-N, Infinity is plain sampling.
 */
import { argmax, normalise } from "./logprobs.ts";
import { choiceNoise } from "./noise.ts";

/**
 * log Pr(j), nats. A score of null has probability 0, unless all are null: then all are equally likely.
 * @param beta KL coefficient, > 0, may be Infinity
 */
export function softChoiceDistribution(scores: readonly (number | null)[], beta: number): Float64Array {
  const tilted = new Float64Array(scores.length);
  const isBlind = scores.every((score) => score === null);
  for (const [j, score] of scores.entries()) {
    tilted[j] = isBlind ? 0 : score === null ? -Infinity : score / beta;
  }
  normalise(tilted);
  return tilted;
}

/** Draws the chosen sample with the common noise of `seed`; the same request always chooses the same sample. */
export function softBestOfN(scores: readonly (number | null)[], beta: number, seed: number): number {
  const distribution = softChoiceDistribution(scores, beta);
  for (let j = 0; j < distribution.length; j++) distribution[j]! += choiceNoise(seed, j);
  return argmax(distribution);
}
