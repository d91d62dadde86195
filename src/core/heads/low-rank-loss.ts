/**
 * The loss of a low-rank head on a batch of states, and its gradient.
 *
 *   u = A x         z = silu(u)         g = c + B^T z                          x standardised, `[inputs]`
 *   r(v) = <W[v], g>,   e(v) = r(v) - sum_u p(u) r(u) - y(v)                   y centred under p already
 *   loss = mean over states of sum_v weight(v) e(v)²
 *
 *   dloss/dr(v) = 2/S ( weight(v) e(v) - p(v) sum_u weight(u) e(u) )
 *   dg = sum_v dr(v) W[v];   dc = sum_s dg;   dB = z dg^T;   du = (B dg) silu'(u);   dA = du x^T
 *
 * silu'(u) = q + u q (1 - q), q = 1 / (1 + e^-u). The rows of W need not be mean-free: the centring takes out what they
 * share. All arrays are float32; sums of one state run in float64.
 */
import { addProduct, dot, operand, rowProducts, transposed } from "./matrix.ts";
import { candidateWeight, type TokenRewards } from "./token-rewards.ts";
import { standardise, type Standards } from "./standardise.ts";
import type { RowTable } from "./unembedding.ts";

/** What is fitted. Shapes as in `LowRankHead`; also the shape of a gradient. */
export interface LowRankNumbers {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly c: Float32Array;
}

export interface LowRankShape {
  readonly inputs: number;
  readonly hidden: number;
  readonly rank: number;
}

/** Targets are divided by `rewardScale` and rows of W multiplied by `rowScale`, so that one learning rate fits any policy. */
export interface Scaled {
  readonly data: TokenRewards;
  readonly table: RowTable;
  readonly rewardScale: number;
  readonly standards: Standards;
}

export function zeroNumbers({ inputs, hidden, rank }: LowRankShape): LowRankNumbers {
  return {
    a: new Float32Array(rank * inputs),
    b: new Float32Array(rank * hidden),
    c: new Float32Array(hidden),
  };
}

/** Room for one batch, reused by every batch of a fit. */
export class LowRankBatch {
  readonly #shape: LowRankShape;
  readonly #x: Float32Array;
  readonly #u: Float32Array;
  readonly #z: Float32Array;
  readonly #g: Float32Array;
  readonly #dg: Float32Array;
  readonly #du: Float32Array;
  #errors = new Float64Array(64);

  /** @param size the largest number of states of a batch */
  constructor(shape: LowRankShape, size: number) {
    const { inputs, hidden, rank } = shape;
    this.#shape = shape;
    this.#x = new Float32Array(size * inputs);
    this.#u = new Float32Array(size * rank);
    this.#z = new Float32Array(size * rank);
    this.#g = new Float32Array(size * hidden);
    this.#dg = new Float32Array(size * hidden);
    this.#du = new Float32Array(size * rank);
  }

  /**
   * g of each state, `[rows, hidden]`: a view that the next call overwrites.
   * @param rows states of the data, at most the size of the batch
   */
  pushes({ a, b, c }: LowRankNumbers, { data, standards }: Pick<Scaled, "data" | "standards">, rows: Int32Array) {
    const { inputs, hidden, rank } = this.#shape;
    standardise(data.states, rows, standards, this.#x);
    rowProducts(this.#u, this.#x, a, rows.length, rank, inputs);
    for (let i = 0; i < rows.length * rank; i++) this.#z[i] = this.#u[i]! / (1 + Math.exp(-this.#u[i]!));
    for (let r = 0; r < rows.length; r++) this.#g.set(c, r * hidden);
    addProduct(this.#g, operand(this.#z, rank), b, rows.length, rank, hidden);
    return this.#g.subarray(0, rows.length * hidden);
  }

  /**
   * @param gradient receives dloss/d(a, b, c)
   * @returns the loss
   */
  lossAndGradient(numbers: LowRankNumbers, scaled: Scaled, rows: Int32Array, gradient: LowRankNumbers): number {
    const { inputs, hidden, rank } = this.#shape;
    this.pushes(numbers, scaled, rows);
    const size = rows.length;
    this.#dg.fill(0, 0, size * hidden);
    let loss = 0;
    for (let r = 0; r < size; r++) loss += this.#stateLoss(scaled, rows[r]!, r, 2 / size);
    gradient.a.fill(0);
    gradient.b.fill(0);
    gradient.c.fill(0);
    for (let r = 0; r < size; r++) for (let i = 0; i < hidden; i++) gradient.c[i]! += this.#dg[r * hidden + i]!;
    addProduct(gradient.b, transposed(this.#z, rank), this.#dg, rank, size, hidden);
    rowProducts(this.#du, this.#dg, numbers.b, size, rank, hidden);
    for (let i = 0; i < size * rank; i++) {
      const u = this.#u[i]!;
      const q = 1 / (1 + Math.exp(-u));
      this.#du[i]! *= q + u * q * (1 - q);
    }
    addProduct(gradient.a, transposed(this.#du, rank), this.#x, rank, size, inputs);
    return loss / size;
  }

  /** Adds dg of one state and returns its loss. */
  #stateLoss({ data, table, rewardScale }: Scaled, state: number, r: number, factor: number): number {
    const { hidden } = this.#shape;
    const from = data.starts[state]!;
    const n = data.starts[state + 1]! - from;
    if (n > this.#errors.length) this.#errors = new Float64Array(2 * n);
    const errors = this.#errors;
    let centre = 0;
    for (let k = 0; k < n; k++) {
      errors[k] = dot(table.rows, table.slots[from + k]! * hidden, this.#g, r * hidden, hidden);
      centre += data.probabilities[from + k]! * errors[k]!;
    }
    let loss = 0;
    let pull = 0;
    for (let k = 0; k < n; k++) {
      const error = errors[k]! - centre - data.rewards[from + k]! / rewardScale;
      const weighted = candidateWeight(data.probabilities[from + k]!, n) * error;
      loss += weighted * error;
      pull += weighted;
      errors[k] = weighted;
    }
    const g = r * hidden;
    for (let k = 0; k < n; k++) {
      const slope = factor * (errors[k]! - data.probabilities[from + k]! * pull);
      const row = table.slots[from + k]! * hidden;
      for (let i = 0; i < hidden; i++) this.#dg[g + i]! += slope * table.rows[row + i]!;
    }
    return loss;
  }
}
