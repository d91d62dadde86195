/**
 * The probabilities of a step, from the log-probabilities that it reported:
 *
 *   guided(v) = exp( log pi_ref(v) + sum of contributions(v) - log Z )
 */
import type { RowStep, TopCandidates } from "./types.ts";

export interface ChosenProbabilities {
  readonly base: number;
  readonly guided: number;
  /** After temperature and truncation. */
  readonly sampled: number;
}

export function chosenProbabilities({ baseLogprob, contributions, logZ, logprob }: RowStep): ChosenProbabilities {
  let pushes = 0;
  for (const nats of Object.values(contributions)) pushes += nats;
  // Recordings keep few digits, so that a sum of them can pass 0 by a little.
  const guided = Math.min(0, baseLogprob + pushes - logZ);
  return { base: Math.exp(baseLogprob), guided: Math.exp(guided), sampled: Math.exp(logprob) };
}

export interface CandidateProbabilities {
  readonly baseLogprob: number;
  readonly guidedLogprob: number;
  readonly base: number;
  readonly guided: number;
}

/** One entry a kept candidate, in their order. */
export function candidateProbabilities({ ids, base, guided }: TopCandidates): readonly CandidateProbabilities[] {
  return ids.map((_, i) => {
    const baseLogprob = base[i] ?? -Infinity;
    const guidedLogprob = guided[i] ?? -Infinity;
    return { baseLogprob, guidedLogprob, base: Math.exp(baseLogprob), guided: Math.exp(guidedLogprob) };
  });
}

/** What these candidates have together under the base distribution; null for none. */
export function baseMass(candidates: readonly Pick<CandidateProbabilities, "base">[]): number | null {
  return candidates.length === 0 ? null : candidates.reduce((sum, { base }) => sum + base, 0);
}
