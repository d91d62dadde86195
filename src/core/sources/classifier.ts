/**
 * A sequence classifier's label as reward, of a whole text or of the text that each candidate would make.
 *
 *   r(x, y) = log p(label|y) - log(1 - p(label|y))
 *
 * Scoring prefixes over the likeliest tokens is ARGS (Khanov et al., arXiv:2402.01694), which adds the score to raw logits
 * of the top k and drops the rest; here it enters as a value does (`vas.ts`). The log-odds have no ceiling where the label
 * is sure and no floor where it is not, so a negative weight steers as well as a positive one. b = 1, nats.
 */
import { logSumExp } from "../logprobs.ts";

/**
 * A model with one label alone is a reward model as people train them (one regression output): its number is the reward.
 * @param logits one number a label
 * @param isMultiLabel each label by itself (a sigmoid each, as toxicity models have it), or one of all (softmax)
 */
export function labelLogOdds(logits: ArrayLike<number>, label: number, isMultiLabel: boolean): number {
  const own = logits[label];
  if (own === undefined) throw new Error(`label ${label} of ${logits.length}`);
  if (isMultiLabel || logits.length === 1) return own;
  const others = Array.from(logits).filter((_, i) => i !== label);
  // log p - log(1 - p): the normaliser cancels.
  return own - logSumExp(others);
}
