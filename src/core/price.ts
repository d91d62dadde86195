/**
 * The weight that costs a given KL. KL grows with the weight, from 0 at 0, and for small weights with its square. So on
 * logarithmic axes it is nearly a line, and the secant method meets the target after a few looks. Brackets that shrink too
 * slowly are halved, which also crosses steps and flat parts.
 */

/** The largest weight that a source can be given. */
export const LARGEST_WEIGHT = 4;
const FIRST = 0.1;
/** The found weight costs the target within this share of it. */
const CLOSENESS = 0.02;
/** Where KL jumps over the target, the search ends at brackets of this ratio. */
const NARROW = 1.001;
/** No look is further from the last one than this, as a ratio. */
const FARTHEST = 64;
/** For curves that are none of KL. */
const MOST_LOOKS = 40;

interface Look {
  readonly weight: number;
  readonly nats: number;
}

/**
 * @param klAt   nats at a weight, not falling as the weight grows; each call may take long
 * @param target nats, > 0
 * @returns the weight and its cost. If even the largest weight costs less than the target, it is that weight. If the cost
 *   jumps over the target, it is the weight just before the jump
 */
export function weightOfPrice(klAt: (weight: number) => number, target: number): Look {
  const look = (weight: number): Look => ({ weight, nats: klAt(weight) });
  let now = look(FIRST);
  let before: Look | null = null;
  let low: Look | null = null;
  let high: Look | null = null;
  /** Ratio of the brackets before the last look but one, on the logarithm. */
  let widths = [Infinity, Infinity] as const;
  for (let looks = 1; looks < MOST_LOOKS; looks += 1) {
    if (Math.abs(now.nats - target) <= CLOSENESS * target) break;
    if (now.nats < target) low = now;
    else high = now;
    if (low?.weight === LARGEST_WEIGHT) return low;
    const width = low === null || high === null ? Infinity : Math.log(high.weight / low.weight);
    if (low !== null && width <= Math.log(NARROW)) return low;
    const isSlow = width > widths[0] / 2;
    widths = [widths[1], width];
    const guess = Math.min(LARGEST_WEIGHT, nextWeight(now, before, target));
    const isInside = (low === null || guess > low.weight) && (high === null || guess < high.weight);
    const middle = low === null || high === null ? null : Math.sqrt(low.weight * high.weight);
    before = now;
    now = look(middle !== null && (isSlow || !isInside) ? middle : guess);
  }
  return now;
}

/** Where the line through two looks meets the target on logarithmic axes; through one, a line of slope 2. */
function nextWeight(now: Look, before: Look | null, target: number): number {
  // Too little to be told from 0, or too much for a number.
  if (now.nats <= 0) return now.weight * FARTHEST;
  if (!Number.isFinite(now.nats)) return now.weight / FARTHEST;
  const rise = before === null || !(before.nats > 0) ? 0 : Math.log(now.nats / before.nats);
  const slope = rise / Math.log(now.weight / (before?.weight ?? now.weight));
  const known = Number.isFinite(slope) && slope > 0.1 ? slope : 2;
  const step = Math.log(target / now.nats) / known;
  return now.weight * Math.exp(Math.max(-Math.log(FARTHEST), Math.min(Math.log(FARTHEST), step)));
}
