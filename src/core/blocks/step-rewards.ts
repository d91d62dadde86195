/**
 * What a block is worth where every sentence in it is rewarded: sums grow with the number of sentences, so a text that repeats
 * itself is paid again and again. Two rules bound that (Gao et al., "On Designing Effective RL Reward at Training Time for
 * LLM Reasoning", arXiv:2410.15115):
 *
 *   sum     G = sum_t r_t                        r_t: the score of the text up to the end of sentence t
 *   clip    G = sum_t min( r_t - eta, 0 )        one more sentence never adds
 *   delta   G = sum_t ( r_t - r_t+1 ) + r_T      = r_1, the return from the block's first sentence on
 *
 * The paper trains with them. Here G ranks the continuations of a block. Their last step is rewarded by the answer's success, which
 * nobody knows while decoding, so the last sentence of a block keeps r_T, as the step before the last does there.
 */
export const STEP_RULES = ["text", "sum", "clip", "delta"] as const;
/** "text" looks at the end of the block alone. */
export type StepRule = (typeof STEP_RULES)[number];

export interface StepRewards {
  readonly rule: StepRule;
  /** η, in the units of the score; used by "clip" alone. */
  readonly eta: number;
}

export const WHOLE_TEXT: StepRewards = { rule: "text", eta: 0 };

/**
 * @param rewards r_t, one a sentence that ends in the block and one for what follows the last of them; null where the score is
 *   not defined, which adds nothing
 * @returns null where none is defined
 */
export function stepReturn(rewards: readonly (number | null)[], { rule, eta }: StepRewards): number | null {
  const known = rewards.filter((reward) => reward !== null);
  if (known.length === 0) return null;
  switch (rule) {
    case "text":
      return rewards.at(-1) ?? null;
    case "sum":
      return known.reduce((sum, reward) => sum + reward, 0);
    case "clip":
      return known.reduce((sum, reward) => sum + Math.min(reward - eta, 0), 0);
    case "delta":
      return known.reduce((sum, reward, t) => sum + reward - (known[t + 1] ?? 0), 0);
    default:
      throw new Error(`unknown rule ${String(rule satisfies never)}`);
  }
}
