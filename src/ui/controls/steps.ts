/** 0.30000000000000004 is 0.3: what lies beyond twelve digits is noise. */
export function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}
