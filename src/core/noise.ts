/**
 * Common noise: a counter-based hash instead of a generator with a state.
 *
 *   u = (hash32(seed, sample, position, token) + 1/2) / 2^32        g = -log(-log u)   (Gumbel)
 *   token = argmax_v ( log p(v) + g(v) )                            has distribution p
 *
 * Every lane that decides sample j at position t draws the same g, so lanes differ only where guidance made them
 * differ, and neither the order of lanes nor the size of a batch can change a text. The hash is pcg4d of Jarzynski and
 * Olano, "Hash functions for GPU rendering", JCGT 9(3), 2020: 32-bit multiplications, additions, xors and shifts only,
 * so that a WGSL kernel gives the same bits.
 */

/** Position reserved for choosing among the samples of soft best-of-N; no text is that long. */
const CHOICE_POSITION = 0xffffffff;

/** 32 mixed bits, as an integer in [0, 2^32), of four unsigned 32-bit counters. */
export function hash32(seed: number, sample: number, position: number, token: number): number {
  let x = lcg(seed);
  let y = lcg(sample);
  let z = lcg(position);
  let w = lcg(token);
  for (let round = 0; ; round++) {
    x = (x + Math.imul(y, w)) | 0;
    y = (y + Math.imul(z, x)) | 0;
    z = (z + Math.imul(x, y)) | 0;
    w = (w + Math.imul(y, z)) | 0;
    if (round === 1) return w >>> 0;
    x ^= x >>> 16;
    y ^= y >>> 16;
    z ^= z >>> 16;
    w ^= w >>> 16;
  }
}

function lcg(counter: number): number {
  return (Math.imul(counter, 1664525) + 1013904223) | 0;
}

/** Standard Gumbel noise from 32 bits. The half keeps u away from 0 and 1, so the value lies in (-3.2, 22.9). */
export function gumbelOf(bits: number): number {
  return -Math.log(-Math.log((bits + 0.5) / 4294967296));
}

/**
 * A bound on `gumbelOf(bits)` without a logarithm: g <= -log(1 - u) <= (leading ones of bits + 1) log 2.
 * Most tokens cannot win, and this tells so.
 */
export function gumbelBound(bits: number): number {
  return (Math.clz32(~bits) + 1) * Math.LN2;
}

/** Gumbel noise of one token of one sample at one response position. */
export function gumbelNoise(seed: number, sample: number, position: number, token: number): number {
  return gumbelOf(hash32(seed, sample, position, token));
}

/** Gumbel noise with which soft best-of-N chooses sample `sample`; independent of the noise of all tokens. */
export function choiceNoise(seed: number, sample: number): number {
  return gumbelNoise(seed, sample, CHOICE_POSITION, 0);
}
