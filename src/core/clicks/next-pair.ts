/**
 * Which pair to show next: the one whose answer teaches most.
 *
 *   gain = 1/2 log( 1 + information(m) v )        m = <mean w, x> the margin, v its variance, information as in `taste.ts`
 *
 * That is by how much a click shrinks the entropy of the taste in Laplace's approximation, in nats (MacKay, "Information-based
 * objective functions for active data selection", Neural Computation 4, 1992). It is large where the taste is unsure and
 * neither answer is sure to win. Pairs chosen so are hard ones, and agreement on them is 5 to 8 points lower than on pairs as
 * they come. So every fourth pair is drawn at random, and agreement is measured on those alone (`agreement.ts`).
 */
import { STREAMS, uniform } from "../heads/seeded.ts";
import { product, response, TASTE_DEFAULTS, variance, type Taste } from "./taste.ts";

const RANDOM_EVERY = 4;

export interface NextPair {
  /** Of the pairs that were not shown yet. */
  readonly index: number;
  readonly isRandom: boolean;
}

/**
 * @param differences of the pairs that were not shown yet
 * @param clicks      how many there are so far
 * @returns null where every pair was shown
 */
export function nextPair(
  taste: Taste,
  differences: readonly Float64Array[],
  clicks: number,
  seed: number,
  slip = TASTE_DEFAULTS.slip,
): NextPair | null {
  if (differences.length === 0) return null;
  const isRandom = clicks % RANDOM_EVERY === RANDOM_EVERY - 1;
  const drawn = Math.floor(uniform(seed, STREAMS.pairs, clicks) * differences.length);
  return { index: isRandom ? drawn : mostInstructive(taste, differences, slip), isRandom };
}

/** Nats. @param slip share of mistaken clicks */
export function expectedGain(taste: Taste, difference: Float64Array, slip: number): number {
  const { information } = response(product(taste.mean, difference), slip);
  return 0.5 * Math.log1p(information * variance(taste, difference));
}

/** Ties go to the first. */
function mostInstructive(taste: Taste, differences: readonly Float64Array[], slip: number): number {
  let best = 0;
  let most = -Infinity;
  for (const [i, difference] of differences.entries()) {
    const gain = expectedGain(taste, difference, slip);
    if (gain <= most) continue;
    best = i;
    most = gain;
  }
  return best;
}
