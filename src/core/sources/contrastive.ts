/**
 * Contrastive prompts: one model under two instructions, a better and a worse one.
 *
 *   r_t(v) = log pi(v|x_better, y_<t) - log pi(v|x_worse, y_<t)          credit_t = sigmoid( r_t(y_t) ) - 1/2
 *
 * Zhou et al., "T-REG: preference optimization with token-level reward regularization", arXiv:2412.02685: the token reward
 * is the log-ratio, the credit lies between -1/2 and 1/2. Principles in place of training after SALMON (Sun et al.,
 * arXiv:2310.05910). The model was not trained as a reward: b = 1, nats.
 */
import { mean } from "../stats.ts";
import { siblingRatio } from "./sibling-ratio.ts";

/** r_t, element by element over a vocabulary or over the tokens of a text. */
export function contrast(better: Float64Array, worse: Float64Array, out?: Float64Array): Float64Array {
  return siblingRatio(better, worse, out);
}

/** What a token is shown with. */
export function credit(logRatio: number): number {
  return Math.exp(logSigmoid(logRatio)) - 0.5;
}

/** Reward of a whole text, nats a token; null for a text without tokens. */
export function textContrast(better: Float64Array, worse: Float64Array): number | null {
  return better.length === 0 ? null : mean(contrast(better, worse));
}

/** log( 1 / (1 + e^-x) ), without overflow on either side. */
export function logSigmoid(x: number): number {
  return x >= 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x));
}
