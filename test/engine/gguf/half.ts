/** The nearest half precision number with as many bits; for numbers of usual size and for 0. */
export function toHalf(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  if (exponent >= 31) throw new Error(`${value} is too large for a half`);
  // Halves below 2^-14 are multiples of 2^-24.
  if (exponent <= 0) return sign | Math.round(Math.abs(value) * 2 ** 24);
  // Rounding may carry into the exponent, as it should.
  return sign | ((exponent << 10) + Math.round((bits & 0x7fffff) / 2 ** 13));
}
