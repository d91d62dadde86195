/**
 * Fits a direction to what a scorer says of whole texts, by temporal differences of a value head.
 *
 *   y_t = V(s_t+1) - V(s_t),   at the last token R - V(s_t)               what token a_t was worth
 *   x_t = W0[a_t] - sum_v p(v|s_t) W0[v]                                  W0 the LM head's rows, mean-free
 *   c   = (M + f M_soft + k I)^-1 (b + f b_soft)                          M = sum x x^T, b = sum y x
 *
 * The sum over v runs over the tokens that are given (24 of the likeliest do); the rest counts as the mean row, which is 0.
 * Soft values are optional and dense: V after each of some candidates of a state, both sides centred, weighted as in
 * `token-rewards.ts`. unit = mean standard deviation of <W0[v], c> under the policy, over the states.
 */
import { NormalEquations } from "./ridge.ts";
import type { Direction } from "./head.ts";
import { candidateWeight, type TokenRewards } from "./token-rewards.ts";
import { gatherRows, type RowTable, type Unembedding } from "./unembedding.ts";

/** Texts with the values of their states, one text after another. */
export interface Episodes {
  /** `[texts + 1]`: text e has the states starts[e] to starts[e + 1] - 1. */
  readonly starts: Int32Array;
  /** `[states]`: the token that followed, and V of the state before it. */
  readonly chosen: Int32Array;
  readonly values: Float32Array;
  /** `[texts]`: R, in the unit of V. */
  readonly rewards: Float32Array;
  /** Likeliest tokens a state, the same number for each: `[states, width]` with log pi, nats, normalised over all tokens. */
  readonly width: number;
  readonly tokens: Int32Array;
  readonly logprobs: Float32Array;
}

export interface DirectionOptions {
  /** k */
  readonly ridge: number;
  /** f, for soft values. */
  readonly softWeight: number;
}

export const DIRECTION_DEFAULTS = {
  differences: { ridge: 100, softWeight: 0 },
  withSoftValues: { ridge: 150, softWeight: 12 },
} as const satisfies Record<string, DirectionOptions>;

/** V(s_t+1) - V(s_t), and at the last token the reward less V. @param values `[T]`, T >= 1 */
export function temporalDifferences(values: ArrayLike<number>, reward: number): Float64Array {
  return Float64Array.from(values, (value, t) => (t + 1 < values.length ? values[t + 1]! : reward) - value);
}

export class DirectionFit {
  readonly #episodes: Episodes;
  readonly #table: RowTable;
  readonly #hidden: number;
  readonly #options: DirectionOptions;
  readonly #soft: TokenRewards | null;
  readonly #softTable: RowTable | null;
  readonly #differences: NormalEquations;
  readonly #softSums: NormalEquations;
  readonly #x: Float64Array;
  #text = 0;

  /**
   * @param mean `meanRow(unembedding)`
   * @param soft rewards of tokens that are values after them, or null
   */
  constructor(
    episodes: Episodes,
    unembedding: Unembedding,
    mean: Float64Array,
    options: DirectionOptions,
    soft: TokenRewards | null = null,
  ) {
    this.#episodes = episodes;
    this.#hidden = unembedding.hidden;
    this.#options = options;
    const asked = new Int32Array(episodes.tokens.length + episodes.chosen.length);
    asked.set(episodes.tokens);
    asked.set(episodes.chosen, episodes.tokens.length);
    this.#table = gatherRows(unembedding, asked, mean);
    this.#soft = soft;
    this.#softTable = soft === null ? null : gatherRows(unembedding, soft.tokens, mean);
    this.#differences = new NormalEquations(this.#hidden);
    this.#softSums = new NormalEquations(this.#hidden);
    this.#x = new Float64Array(this.#hidden);
  }

  get #texts(): number {
    return this.#episodes.rewards.length;
  }

  get isDone(): boolean {
    return this.#text >= this.#texts;
  }

  /** Takes one text; the last step takes the soft values too. */
  step(): { readonly texts: number; readonly of: number } {
    if (!this.isDone) {
      this.#addText(this.#text++);
      if (this.isDone && this.#soft !== null) this.#addSoft(this.#soft, this.#softTable!);
    }
    return { texts: this.#text, of: this.#texts };
  }

  /**
   * The direction of the texts taken so far.
   * @throws RunError "invalid-request" where they leave it open and the ridge is too small
   */
  head(): Direction {
    const { ridge, softWeight } = this.#options;
    const c = this.#differences.plus(this.#softSums, softWeight).solve(ridge);
    const spread = this.#meanSpread(c);
    return { kind: "direction", hidden: this.#hidden, c: Float32Array.from(c), unit: spread > 0 ? spread : 1 };
  }

  #addText(text: number): void {
    const { starts, values, rewards } = this.#episodes;
    const [from, to] = [starts[text]!, starts[text + 1]!];
    const targets = temporalDifferences(values.subarray(from, to), rewards[text]!);
    const candidates = this.#episodes.tokens.length;
    for (let state = from; state < to; state++) {
      this.#x.fill(0);
      this.#addRow(this.#table, candidates + state, 1);
      this.#addExpectation(state, -1);
      this.#differences.add(this.#x, targets[state - from]!);
    }
  }

  #addSoft({ starts, probabilities, rewards }: TokenRewards, table: RowTable): void {
    const centre = new Float64Array(this.#hidden);
    for (let state = 0; state + 1 < starts.length; state++) {
      const [from, to] = [starts[state]!, starts[state + 1]!];
      this.#x.fill(0);
      for (let k = from; k < to; k++) this.#addRow(table, k, probabilities[k]!);
      centre.set(this.#x);
      for (let k = from; k < to; k++) {
        for (let i = 0; i < this.#hidden; i++) this.#x[i] = -centre[i]!;
        this.#addRow(table, k, 1);
        this.#softSums.add(this.#x, rewards[k]!, candidateWeight(probabilities[k]!, to - from));
      }
    }
  }

  #addExpectation(state: number, factor: number): void {
    const { width, logprobs } = this.#episodes;
    for (let k = state * width; k < (state + 1) * width; k++)
      this.#addRow(this.#table, k, factor * Math.exp(logprobs[k]!));
  }

  #addRow({ rows, slots }: RowTable, at: number, factor: number): void {
    const row = slots[at]! * this.#hidden;
    for (let i = 0; i < this.#hidden; i++) this.#x[i]! += factor * rows[row + i]!;
  }

  /** Mean over the states of the texts taken of the standard deviation of <W0[v], c> under the policy. */
  #meanSpread(c: Float64Array): number {
    const { starts, width, logprobs } = this.#episodes;
    const { rows, slots } = this.#table;
    const rewards = new Float64Array(rows.length / this.#hidden);
    for (let slot = 0; slot < rewards.length; slot++)
      for (let i = 0; i < this.#hidden; i++) rewards[slot]! += rows[slot * this.#hidden + i]! * c[i]!;
    const states = starts[this.#text]!;
    let sum = 0;
    for (let state = 0; state < states; state++) {
      let [mean, square] = [0, 0];
      for (let k = state * width; k < (state + 1) * width; k++) {
        const p = Math.exp(logprobs[k]!);
        const reward = rewards[slots[k]!]!;
        mean += p * reward;
        square += p * reward * reward;
      }
      sum += Math.sqrt(Math.max(0, square - mean * mean));
    }
    return states === 0 ? 0 : sum / states;
  }
}
