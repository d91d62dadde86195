/**
 * KL of token strategies from the drawn tokens alone; a run reports the exact KL of each step instead.
 *
 *   k1 = sum_t l_t        k3 = sum_t ( exp(-l_t) - 1 + l_t )        l_t = log p_t(y_t) - log q_t(y_t)
 *
 * k1 is unbiased and may be negative, k3 is not negative (Schulman, "Approximating KL divergence", 2020).
 */

/** @param logRatios log p_t(y_t) - log q_t(y_t) of the drawn tokens */
export function k1(logRatios: readonly number[]): number {
  let sum = 0;
  for (const ratio of logRatios) sum += ratio;
  return sum;
}

export function k3(logRatios: readonly number[]): number {
  let sum = 0;
  for (const ratio of logRatios) sum += Math.expm1(-ratio) + ratio;
  return sum;
}
