/** 0.30000000000000004 is 0.3: no control has steps finer than a ten-thousandth. */
export function withoutNoise(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
