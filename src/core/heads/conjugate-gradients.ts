/**
 * Solves M w = b for a symmetric positive definite M that is only known by its products (Hestenes and Stiefel, 1952).
 *
 *   step = r·r / d·Md,   w += step d,   r -= step Md,   d = r + (r·r new / r·r old) d
 *
 * The caller makes the iterations one by one. A ridge keeps the number of them small: about sqrt(largest eigenvalue / k).
 */
export class ConjugateGradients {
  readonly solution: Float64Array;
  readonly #multiply: (x: Float64Array, out: Float64Array) => void;
  readonly #rest: Float64Array;
  readonly #direction: Float64Array;
  readonly #product: Float64Array;
  readonly #start: number;
  #squares: number;
  #iterations = 0;

  /**
   * @param multiply writes M x into `out`
   * @param rhs      b, `[size]`
   */
  constructor(multiply: (x: Float64Array, out: Float64Array) => void, rhs: Float64Array) {
    this.#multiply = multiply;
    this.solution = new Float64Array(rhs.length);
    this.#rest = rhs.slice();
    this.#direction = rhs.slice();
    this.#product = new Float64Array(rhs.length);
    this.#start = this.#squares = product(rhs, rhs);
  }

  get iterations(): number {
    return this.#iterations;
  }

  /** |b - M w| / |b|; 0 where b is 0. */
  get residual(): number {
    return this.#start === 0 ? 0 : Math.sqrt(this.#squares / this.#start);
  }

  /** One iteration. */
  step(): void {
    if (this.#squares === 0) return;
    this.#iterations++;
    const [direction, image, rest] = [this.#direction, this.#product, this.#rest];
    this.#multiply(direction, image);
    const step = this.#squares / product(direction, image);
    for (let i = 0; i < rest.length; i++) {
      this.solution[i]! += step * direction[i]!;
      rest[i]! -= step * image[i]!;
    }
    const squares = product(rest, rest);
    const turn = squares / this.#squares;
    for (let i = 0; i < rest.length; i++) direction[i] = rest[i]! + turn * direction[i]!;
    this.#squares = squares;
  }
}

function product(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
