/**
 * Sibling ratio: what tuning added to a model, as a reward.
 *
 *   r_t(v) = log pi_strong(v|x, y_<t) - log pi_weak(v|x, y_<t)          r(x, y) = (1/|y|) sum_t r_t(y_t)
 *
 * Xu et al., "Dr. SoW: density ratio of strong over weak", arXiv:2411.02481 (customised density ratio, CDR: criteria may
 * stand in both prompts). The paper defines the sum over tokens; its public scorer returns the mean, and so does this
 * file for whole texts, because sums reward length. Times beta it is the implicit reward of DPO (Rafailov et al.,
 * arXiv:2305.18290), and as a term of the distribution it is emulated fine-tuning (Mitchell et al., arXiv:2310.12962), which
 * proxy-tuning (Liu et al., arXiv:2401.08565) calls by another name. Neither model was trained as a reward: b = 1, nats.
 */
import { mean } from "../stats.ts";

/**
 * Element by element over a vocabulary, or over the tokens of a text. A probability of 0 under both is no evidence: 0.
 * @param strong nats, log-probabilities; @param weak the same, of the same length
 */
export function siblingRatio(
  strong: Float64Array,
  weak: Float64Array,
  out: Float64Array = new Float64Array(strong.length),
): Float64Array {
  if (strong.length !== weak.length) throw new Error(`${strong.length} numbers against ${weak.length}`);
  for (let v = 0; v < out.length; v++) out[v] = strong[v] === weak[v] ? 0 : strong[v]! - weak[v]!;
  return out;
}

/** Reward of a whole text, nats a token; null for a text without tokens. */
export function textRatio(strong: Float64Array, weak: Float64Array): number | null {
  return strong.length === 0 ? null : mean(siblingRatio(strong, weak));
}
