/**
 * Average log-probability: how likely a model finds a text, whatever its length.
 *
 *   r(x, y) = (1/|y|) sum_t log pi(y_t|x, y_<t)
 *
 * The reward of SimPO (Meng et al., arXiv:2405.14734) without its scale beta, which here is the weight over beta. It
 * likes repetition: a loop is likely. b = 1, nats a token.
 */
import { mean } from "../stats.ts";

/** Null for a text without tokens. */
export function averageLogprob(logprobs: ArrayLike<number>): number | null {
  return logprobs.length === 0 ? null : mean(logprobs);
}
