/**
 * Follow-up likelihood (FLR): a good answer makes pleased follow-ups likely and complaints unlikely.
 *
 *   r(x, y) = mean_{f in positive} l(f) - mean_{f in negative} l(f),     l(f) = (1/|f|) sum_t log pi(f_t|x, y, f_<t)
 *
 * After Zhang et al., "Aligning language models using follow-up likelihood as reward signal", arXiv:2409.13948. Their
 * public code averages raw logits of one position instead of teacher-forced log-probabilities; this file does what the
 * name says. A side that is empty counts 0. b = 1, nats a token.
 */
import { mean } from "../stats.ts";

/** @param positive log-probabilities of the tokens of each positive follow-up, nats; none of them empty */
export function followUpReward(positive: readonly Float64Array[], negative: readonly Float64Array[]): number {
  return side(positive) - side(negative);
}

function side(followUps: readonly Float64Array[]): number {
  return followUps.length === 0 ? 0 : mean(followUps.map((logprobs) => mean(logprobs)));
}
