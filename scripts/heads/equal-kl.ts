/** Two ways of steering compared at one cost. */

/** A lane's means over prompts. */
export interface Point {
  /** Nats a text. */
  readonly kl: number;
  readonly gain: number;
}

/**
 * The gain at a KL, by straight lines between lanes of rising KL, the first of them from plain sampling at 0.
 * @param kl from 0 to the largest of the points
 */
export function curveAt(points: readonly Point[], kl: number): number {
  const all = [{ kl: 0, gain: 0 }, ...points.toSorted((a, b) => a.kl - b.kl)];
  const after = all.findIndex((point) => point.kl >= kl);
  if (!(kl >= 0) || after < 0) throw new RangeError(`no lane reaches ${kl} nats; the largest has ${all.at(-1)!.kl}`);
  const [high, low] = [all[after]!, all[Math.max(0, after - 1)]!];
  if (high.kl === low.kl) return high.gain;
  return low.gain + ((high.gain - low.gain) * (kl - low.kl)) / (high.kl - low.kl);
}
