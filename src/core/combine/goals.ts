/**
 * "At least" goals: a multiplier for each objective grows while its reward is below the goal, and shrinks above it.
 *
 *   w_i <- max( 0, w_i + η ( θ_i - r_i ) )
 *
 * The Lagrange multipliers of constrained RLHF (Moskovitz et al., arXiv:2310.04373), moved after each text.
 */

/** @param weights, goals, rewards one an objective, in units of reward @param eta step, > 0 */
export function movedMultipliers(
  weights: readonly number[],
  goals: readonly number[],
  rewards: readonly number[],
  eta: number,
): number[] {
  return weights.map((weight, i) => Math.max(0, weight + eta * (goals[i]! - rewards[i]!)));
}
