/**
 * The general preference model: a preference between two texts that may go in a circle.
 *
 *   s(a, b) = a_0 b_1 - a_1 b_0          P(a over b) = 1 / (1 + exp(-s(a, b) / tau))
 *
 * Zhang et al., arXiv:2410.02197. s(a, b) = -s(b, a), so sums over opponents (Borda) cancel in a circle and rank nothing.
 */

/** Embedding of a text, two numbers. */
export type Embedding = readonly [number, number];

export function preferenceScore(a: Embedding, b: Embedding): number {
  return a[0] * b[1] - a[1] * b[0];
}

/** @param tau temperature, > 0 */
export function preferenceProbability(a: Embedding, b: Embedding, tau: number): number {
  return 1 / (1 + Math.exp(-preferenceScore(a, b) / tau));
}
