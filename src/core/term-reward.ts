/**
 * The token reward of a term: a signed sum of log-probabilities.
 *
 *   r(v|s) = sum_p sign_p log pi_p(v|s_p)        log pi_p(v|s_p) = logit_p(v) - log Z_p
 *
 * A part p is one model under one prompt, s_p. An ARM has one part (GenARM, arXiv:2410.08193). A ratio of siblings or a
 * contrast of prompts has two, with signs +1 and -1 (`sources/sibling-ratio.ts`, `sources/contrastive.ts`).
 */
import { normalise } from "./logprobs.ts";
import { siblingRatio } from "./sources/sibling-ratio.ts";

export type Sign = 1 | -1;

/** Logits `[V]` of one part at one step. `logZ` saves the sum over the vocabulary where an earlier call gave it. */
export interface TermPartScores {
  readonly logits: ArrayLike<number>;
  readonly sign: Sign;
  readonly logZ?: number | undefined;
}

/**
 * Writes r(v) into `out`. The first part must have sign +1.
 * @param out     `[V]`, receives nats
 * @param scratch `[V]`, overwritten where there is more than one part
 * @returns log Z of each part, to be handed in again when the same step is weighed anew
 * @throws RunError "non-finite-logits"
 */
export function termReward(parts: readonly TermPartScores[], out: Float64Array, scratch: Float64Array): number[] {
  return parts.map(({ logits, sign, logZ }, p) => {
    if (p === 0) return logprobsInto(logits, logZ, out);
    const own = logprobsInto(logits, logZ, scratch);
    // Where both probabilities are 0 their ratio is no evidence; `siblingRatio` makes it 0.
    if (sign < 0) siblingRatio(out, scratch, out);
    else for (let v = 0; v < out.length; v++) out[v]! += scratch[v]!;
    return own;
  });
}

/** Writes log pi into `out` and returns log Z. */
function logprobsInto(logits: ArrayLike<number>, known: number | undefined, out: Float64Array): number {
  for (let v = 0; v < out.length; v++) out[v] = logits[v]!;
  if (known === undefined) return normalise(out);
  for (let v = 0; v < out.length; v++) out[v]! -= known;
  return known;
}
