/**
 * The weight that costs a given KL: KL grows with the weight, from 0 at 0, so doubling and halving find it.
 */

/** The largest weight that a source can be given. */
export const LARGEST_WEIGHT = 2;
const SMALLEST = 1e-4;
/** The found weight costs the target within this share of it. */
const CLOSENESS = 0.02;

/**
 * @param klAt   nats at a weight, not falling as the weight grows
 * @param target nats, > 0
 * @returns the weight, and what it costs; the largest weight where even that costs less than the target
 */
export function weightOfPrice(klAt: (weight: number) => number, target: number): { weight: number; nats: number } {
  let low = 0;
  let high = SMALLEST;
  let nats = klAt(high);
  while (nats < target && high < LARGEST_WEIGHT) {
    low = high;
    high = Math.min(LARGEST_WEIGHT, high * 2);
    nats = klAt(high);
  }
  let weight = high;
  for (let step = 0; step < 40 && Math.abs(nats - target) > CLOSENESS * target && high > low; step++) {
    if (nats < target && weight === LARGEST_WEIGHT) break;
    weight = (low + high) / 2;
    nats = klAt(weight);
    if (nats < target) low = weight;
    else high = weight;
  }
  return { weight, nats };
}
