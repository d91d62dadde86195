/**
 * AdamW (Loshchilov and Hutter, arXiv:1711.05101):
 *
 *   m = .9 m + .1 d,   s = .999 s + .001 d²,   x -= rate ( m̂ / (sqrt(ŝ) + 1e-8) + decay x )
 *
 * m̂ and ŝ are m and s divided by 1 - .9^t and 1 - .999^t, t the number of steps.
 */
const FIRST = 0.9;
const SECOND = 0.999;
const EPSILON = 1e-8;

export class AdamW {
  readonly #parts: readonly { readonly x: Float32Array; readonly m: Float32Array; readonly s: Float32Array }[];
  readonly #decay: number;
  #steps = 0;

  /** @param parts the numbers that are fitted, changed in place */
  constructor(parts: readonly Float32Array[], decay: number) {
    this.#parts = parts.map((x) => ({ x, m: new Float32Array(x.length), s: new Float32Array(x.length) }));
    this.#decay = decay;
  }

  /** @param gradients as long and in the same order as `parts` */
  step(gradients: readonly Float32Array[], rate: number): void {
    this.#steps++;
    const firstPart = 1 - FIRST ** this.#steps;
    const secondPart = 1 - SECOND ** this.#steps;
    const keep = 1 - rate * this.#decay;
    for (const [part, { x, m, s }] of this.#parts.entries()) {
      const gradient = gradients[part]!;
      for (let i = 0; i < x.length; i++) {
        const d = gradient[i]!;
        m[i] = FIRST * m[i]! + (1 - FIRST) * d;
        s[i] = SECOND * s[i]! + (1 - SECOND) * d * d;
        x[i] = x[i]! * keep - (rate * (m[i]! / firstPart)) / (Math.sqrt(s[i]! / secondPart) + EPSILON);
      }
    }
  }
}
