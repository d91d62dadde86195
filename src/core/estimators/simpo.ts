/** The loss that SimPO trains by (Meng et al., arXiv:2405.14734), on average log-probabilities. */
import { logSigmoid } from "../sources/contrastive.ts";

/** -log P(preferred > other) of Bradley and Terry with this reward: the loss that SimPO trains by. */
export function simpoLoss(preferred: number, other: number, beta: number, gammaBetaRatio: number): number {
  return -logSigmoid(beta * (preferred - other - gammaBetaRatio));
}
