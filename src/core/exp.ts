/**
 * e^x for x <= 0, for sums over a whole vocabulary. `Math.exp` takes several times as long, and such sums are most of what a step
 * costs after its forwards.
 *
 *   x = k log(2)/64 + r,  |r| <= log(2)/128        e^x = 2^(k div 64) 2^((k mod 64)/64) (1 + r + r^2/2 + ... + r^5/120)
 *
 * The cut of the series is below 4e-17. log(2)/64 is taken off in two parts, the first of which has few enough digits that k times it is
 * exact (Cody and Waite, "Software manual for the elementary functions", 1980).
 */

const PARTS = 64;
const STEPS_PER_NAT = PARTS / Math.LN2;
/** log 2 as a number of 33 bits, and what is left of it. */
const STEP_HIGH = 6.9314718036912381649e-1 / PARTS;
const STEP_LOW = 1.90821492927058770002e-10 / PARTS;
/** Added and taken off again, it rounds to a whole number: 1.5 times 2^52. */
const ROUNDER = 6755399441055744;
/** Below it nothing is left of e^x, not even among the smallest numbers. */
const LEAST = -745.2;

const FRACTIONS = Float64Array.from({ length: PARTS }, (_, part) => 2 ** (part / PARTS));
const HALVINGS = Float64Array.from({ length: 1080 }, (_, times) => 2 ** -times);

/**
 * @param x 0 or less; -Infinity gives 0 and NaN gives NaN
 * @returns e^x with a relative error below 1e-15
 */
export function expOf(x: number): number {
  if (!(x >= LEAST)) return x < LEAST ? 0 : NaN;
  const steps = x * STEPS_PER_NAT + ROUNDER - ROUNDER;
  const rest = x - steps * STEP_HIGH - steps * STEP_LOW;
  const down = -steps | 0;
  const halvings = (down + PARTS - 1) >> 6;
  const series = 1 + rest + rest * rest * (0.5 + rest * (1 / 6) + rest * rest * (1 / 24 + rest * (1 / 120)));
  return FRACTIONS[(halvings << 6) - down]! * series * HALVINGS[halvings]!;
}
