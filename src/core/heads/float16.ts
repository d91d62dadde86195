/**
 * IEEE 754 half precision: 1 sign bit, 5 bits of exponent, 10 of fraction; from 6e-8 to 65504, 11 bits of precision.
 * `Float16Array` is not in Node 20.
 */
const LARGEST = 65504;

/** The bits of the nearest half; ties go to even. Beyond 65504 it is an infinity. */
export function float16Bits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  // Half of the last step above the largest half.
  if (size >= LARGEST + 16) return sign | 0x7c00;
  // 2^-14 is the smallest normal half; below it the step stays 2^-24.
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const lower = 2 ** exponent > size ? exponent - 1 : exponent;
  const e = Math.max(-14, lower);
  const steps = roundToEven(size / 2 ** (e - 10));
  // 1024 steps are 2^e itself; a carry into the exponent comes out right by addition.
  return sign | (((e + 14) << 10) + steps);
}

/** The number that half's bits stand for. */
export function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The nearest half-precision number. */
export function toFloat16(value: number): number {
  return float16Value(float16Bits(value));
}

function roundToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
