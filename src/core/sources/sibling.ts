/**
 * An aligned sibling as autoregressive reward model.
 *
 *   r_t(v) = log pi_r(v|x, y_<t)          log pi = log pi_ref + (w/beta) log pi_r - log Z
 *
 * The form of GenARM (Xu et al., arXiv:2410.08193) with a public instruction-tuned model where it has a trained ARM.
 * b = 1, nats. Unlike the sibling ratio it also pays for plain fluency: what both siblings find likely is pushed up.
 */
import { mean } from "../stats.ts";

/** Reward of a whole text, nats a token; null for a text without tokens. */
export function textSibling(logprobs: Float64Array): number | null {
  return logprobs.length === 0 ? null : mean(logprobs);
}
