/**
 * The token reward of a term: a signed sum of log-probabilities.
 *
 *   r(v|s) = sum_p sign_p log pi_p(v|s_p)        log pi_p(v|s_p) = logit_p(v) - log Z_p
 *
 * A part p is one model under one prompt, s_p. An ARM has one part (GenARM, arXiv:2410.08193). A ratio of siblings or a
 * contrast of prompts has two, with signs +1 and -1 (`sources/sibling-ratio.ts`, `sources/contrastive.ts`). r is worked out at the tokens
 * that can be drawn; only log Z_p and the mean of r take the whole vocabulary, and both may come from elsewhere.
 */
import type { TokenId } from "./types.ts";

export type Sign = 1 | -1;

/** One part at one step, nats. */
export interface TermPartScores {
  /** At the tokens that are asked about, and at every token where no `mean` is given. */
  readonly logits: Readonly<Record<TokenId, number>>;
  readonly sign: Sign;
  readonly logZ: number;
  /** The mean of the logits under pi_ref, where it is known already. */
  readonly mean?: number;
}

/** r(v) of a token, worked out when asked for. The first part must have sign +1. */
export function termRewardOf(parts: readonly TermPartScores[]): (token: TokenId) => number {
  const [first, second] = parts;
  if (first === undefined) throw new Error("a term has at least one part");
  if (second === undefined) return (token) => first.logits[token]! - first.logZ;
  if (parts.length === 2) {
    return (token) => signed(first.logits[token]! - first.logZ, second.logits[token]! - second.logZ, second.sign);
  }
  const others = parts.slice(1);
  return (token) => {
    let sum = first.logits[token]! - first.logZ;
    for (const { logits, sign, logZ } of others) sum = signed(sum, logits[token]! - logZ, sign);
    return sum;
  };
}

/** Where both probabilities are 0 their ratio is no evidence, and so it is 0, as in `siblingRatio`. */
function signed(sum: number, logprob: number, sign: Sign): number {
  if (sign > 0) return sum + logprob;
  return sum === logprob ? 0 : sum - logprob;
}

/**
 * E_{u ~ pi_ref} r(u), nats: the centre of `contributions.ts`. Part by part, sum_u pi_ref(u) z_p(u) - log Z_p. Where a number is infinite,
 * token by token, and those of probability 0 are left out.
 * @param refOf gives `[V]` probabilities; asked only where a mean is not known
 */
export function termCentre(refOf: () => Float64Array, parts: readonly TermPartScores[]): number {
  let centre = 0;
  for (const { logits, sign, logZ, mean: known } of parts) {
    if (known !== undefined) {
      centre += sign * (known - logZ);
      continue;
    }
    const ref = refOf();
    let mean = 0;
    let mass = 0;
    for (let v = 0; v < ref.length; v++) {
      const probability = ref[v]!;
      mean += probability * logits[v]!;
      mass += probability;
    }
    centre += sign * (mean - mass * logZ);
  }
  // A mean that came from elsewhere is finite, and so are its logits.
  return Number.isFinite(centre) ? centre : carefulCentre(refOf(), termRewardOf(parts));
}

function carefulCentre(ref: Float64Array, rewardOf: (token: TokenId) => number): number {
  let mean = 0;
  for (let v = 0; v < ref.length; v++) {
    const reward = rewardOf(v);
    if (reward > -Infinity && ref[v]! > 0) mean += ref[v]! * reward;
  }
  return mean;
}
