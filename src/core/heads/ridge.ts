/**
 * Ridge regression in closed form.
 *
 *   w = (sum_n weight_n x_n x_n^T + k I)^-1 sum_n weight_n y_n x_n
 *
 * The sums take one observation at a time, so the observations need not be kept; the solution is Cholesky's. Float64. The
 * cost is p² for an observation and p³/3 for the solution: for p in the thousands use `conjugate-gradients.ts`.
 */
import { RunError } from "../errors.ts";
import type { Reals } from "./unembedding.ts";

/** Observations that are added together, so that one pass over the matrix serves them all. */
const BLOCK = 4;

export class NormalEquations {
  readonly size: number;
  /** `[size, size]`, the upper triangle alone. */
  readonly #gram: Float64Array;
  readonly #rhs: Float64Array;
  readonly #block: Float64Array;
  readonly #weights = new Float64Array(BLOCK);
  #waiting = 0;
  #count = 0;

  constructor(size: number) {
    this.size = size;
    this.#gram = new Float64Array(size * size);
    this.#rhs = new Float64Array(size);
    this.#block = new Float64Array(BLOCK * size);
  }

  /** Observations so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * @param x `[size]`
   * @throws RunError "invalid-request" for a number that is not finite
   */
  add(x: Reals, y: number, weight = 1): void {
    const at = this.#waiting * this.size;
    let sum = y * weight;
    for (let i = 0; i < this.size; i++) {
      this.#block[at + i] = x[i]!;
      sum += x[i]!;
      this.#rhs[i]! += weight * y * x[i]!;
    }
    if (!Number.isFinite(sum)) {
      const message = `Observation ${this.#count + 1} has a number that is not finite; reload the models and sample anew`;
      throw new RunError("invalid-request", message, { observation: this.#count + 1 });
    }
    this.#weights[this.#waiting++] = weight;
    this.#count++;
    if (this.#waiting === BLOCK) this.#flush();
  }

  /**
   * This plus `factor` times other sums.
   * @returns new sums of the same size
   */
  plus(other: NormalEquations, factor: number): NormalEquations {
    this.#flush();
    other.#flush();
    const sum = new NormalEquations(this.size);
    for (let i = 0; i < this.#gram.length; i++) sum.#gram[i] = this.#gram[i]! + factor * other.#gram[i]!;
    for (let i = 0; i < this.size; i++) sum.#rhs[i] = this.#rhs[i]! + factor * other.#rhs[i]!;
    sum.#count = this.#count + other.#count;
    return sum;
  }

  /**
   * @param ridge k >= 0
   * @param rhs   another right side than the observations', `[size]`: a unit vector gives a column of the inverse
   * @returns w, `[size]`
   * @throws RunError "invalid-request" where the observations leave some direction open and k is too small to decide it
   */
  solve(ridge: number, rhs: Float64Array = this.#rhs): Float64Array {
    this.#flush();
    const factor = cholesky(this.#gram, this.size, ridge);
    return substitute(factor, rhs, this.size);
  }

  #flush(): void {
    const { size } = this;
    const [gram, x] = [this.#gram, this.#block];
    x.fill(0, this.#waiting * size);
    const w0 = this.#weights[0]!;
    const w1 = this.#weights[1]!;
    const w2 = this.#weights[2]!;
    const w3 = this.#weights[3]!;
    for (let i = 0; this.#waiting > 0 && i < size; i++) {
      const a = w0 * x[i]!;
      const b = w1 * x[size + i]!;
      const c = w2 * x[2 * size + i]!;
      const d = w3 * x[3 * size + i]!;
      const row = i * size;
      for (let j = i; j < size; j++) {
        gram[row + j]! += a * x[j]! + b * x[size + j]! + c * x[2 * size + j]! + d * x[3 * size + j]!;
      }
    }
    this.#waiting = 0;
  }
}

/** U of U^T U = gram + ridge I, upper triangle. */
function cholesky(gram: Float64Array, size: number, ridge: number): Float64Array {
  const upper = gram.slice();
  let largest = 0;
  for (let i = 0; i < size; i++) {
    upper[i * size + i]! += ridge;
    largest = Math.max(largest, upper[i * size + i]!);
  }
  for (let i = 0; i < size; i++) {
    const pivot = upper[i * size + i]!;
    // Rounding leaves about this much of a pivot that is 0.
    if (!(pivot > 1e-13 * largest)) throw singular(i, pivot, ridge);
    const root = Math.sqrt(pivot);
    for (let j = i; j < size; j++) upper[i * size + j]! /= root;
    for (let r = i + 1; r < size; r++) {
      const factor = upper[i * size + r]!;
      if (factor === 0) continue;
      for (let j = r; j < size; j++) upper[r * size + j]! -= factor * upper[i * size + j]!;
    }
  }
  return upper;
}

/** w of U^T U w = rhs. */
function substitute(upper: Float64Array, rhs: Float64Array, size: number): Float64Array {
  const w = rhs.slice();
  for (let i = 0; i < size; i++) {
    w[i]! /= upper[i * size + i]!;
    for (let j = i + 1; j < size; j++) w[j]! -= upper[i * size + j]! * w[i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let j = i + 1; j < size; j++) w[i]! -= upper[i * size + j]! * w[j]!;
    w[i]! /= upper[i * size + i]!;
  }
  return w;
}

function singular(column: number, pivot: number, ridge: number): RunError {
  const cause = `The samples do not tell all features apart (column ${column + 1}, pivot ${pivot.toExponential(1)})`;
  const message = `${cause}, and a ridge of ${ridge} does not decide it. Take more samples or a larger ridge.`;
  return new RunError("invalid-request", message, { column: column + 1, pivot, ridge });
}
