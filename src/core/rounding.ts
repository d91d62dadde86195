/** Numbers as people set and read them on a slider. */

/** Two digits that count: what a slider shows of a weight that was found. */
export function twoDigits(value: number): number {
  if (value === 0) return 0;
  const unit = 10 ** (1 - Math.floor(Math.log10(Math.abs(value))));
  return Math.round(value * unit) / unit;
}

/** Up to 1, 2 or 5 times a power of ten. @param value > 0 */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = [1, 2, 5, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return Number((digit * power).toPrecision(1));
}

/** @param digits that count, 1 to 100. Infinities and NaN stay. */
export function significant(value: number, digits: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : value;
}

/** 0.30000000000000004 is 0.3: digits beyond the twelfth are noise of the arithmetic. */
export function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}
