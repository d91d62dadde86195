/**
 * Fits a value head: the score of the whole text, predicted at every state of it.
 *
 *   V(s) = mean y + <w, x>,   w = (X^T X + k I)^-1 X^T (y - mean y)         x the state's features, standardised
 *
 * y is the score of the sample that the state belongs to, in standard deviations. The value of a state is then about the mean
 * score of the texts that go on from it. Four features of 576 numbers make a matrix too large to factor while someone waits,
 * so the equations are solved by conjugate gradients, one pass over the states an iteration.
 */
import { RunError } from "../errors.ts";
import { ConjugateGradients } from "./conjugate-gradients.ts";
import type { FeatureName } from "./features.ts";
import type { ValueHead } from "./head.ts";
import { splitByPrompt, type Split } from "./held-out.ts";
import { explainedBy, type Explained, type PromptSums } from "./measures.ts";
import { standardsOf, type Standards } from "./standardise.ts";

export interface StateScores {
  readonly features: readonly FeatureName[];
  readonly hidden: number;
  /** `[states, features * hidden]`, as the policy gave them. */
  readonly states: Float32Array;
  /** `[states]`: the prompt, and the score of the text, in standard deviations. */
  readonly prompts: Int32Array;
  readonly scores: Float32Array;
}

export interface ValueOptions {
  /** k over the number of states. */
  readonly ridge: number;
  readonly heldOut: number;
  readonly seed: number;
}

/** k = 3e4 for 50,000 states, the pilot's. */
export const VALUE_DEFAULTS: ValueOptions = { ridge: 0.6, heldOut: 0.13, seed: 1 };

export interface ValueProgress {
  readonly iterations: number;
  /** What is left of the equations' right side, from 1 down. */
  readonly residual: number;
}

const ENOUGH = 1e-6;
const MAX_ITERATIONS = 400;

export class ValueFit {
  readonly #data: StateScores;
  readonly #split: Split;
  readonly #seed: number;
  readonly #standards: Standards;
  /** The features' exact means: the rounded ones of the head would leave the columns off centre. */
  readonly #centre: Float64Array;
  readonly #meanScore: number;
  readonly #solver: ConjugateGradients;

  /** @throws RunError "invalid-request" for a number that is not finite, or no state to learn from */
  constructor(data: StateScores, options: ValueOptions) {
    this.#data = data;
    this.#seed = options.seed;
    this.#split = splitByPrompt(data.prompts, options.heldOut, options.seed);
    const rows = this.#split.training;
    if (rows.length === 0) throw new RunError("invalid-request", "There is no state to learn from. Sample more.", {});
    checkFinite(data);
    const inputs = data.features.length * data.hidden;
    this.#standards = standardsOf(data.states, inputs, rows);
    this.#centre = new Float64Array(inputs);
    for (const row of rows) for (let i = 0; i < inputs; i++) this.#centre[i]! += data.states[row * inputs + i]!;
    for (let i = 0; i < inputs; i++) this.#centre[i]! /= rows.length;
    this.#meanScore = rows.reduce((sum, row) => sum + data.scores[row]!, 0) / rows.length;
    const ridge = options.ridge * rows.length;
    const rhs = new Float64Array(inputs);
    this.#addColumns((_, row) => data.scores[row]! - this.#meanScore, new Float64Array(inputs), rhs);
    const multiply = (w: Float64Array, out: Float64Array): void => {
      this.#addColumns((value) => value, w, out);
      for (let i = 0; i < inputs; i++) out[i]! += ridge * w[i]!;
    };
    this.#solver = new ConjugateGradients(multiply, rhs);
  }

  get isDone(): boolean {
    return this.#solver.residual <= ENOUGH || this.#solver.iterations >= MAX_ITERATIONS;
  }

  /** The states that the fit does not learn from. */
  get heldOut(): Int32Array {
    return this.#split.heldOut;
  }

  step(): ValueProgress {
    if (!this.isDone) this.#solver.step();
    return { iterations: this.#solver.iterations, residual: this.#solver.residual };
  }

  head(): ValueHead {
    const { features, hidden } = this.#data;
    const { mean, scale } = this.#standards;
    const w = this.#solver.solution;
    let intercept = this.#meanScore;
    for (let i = 0; i < w.length; i++) intercept += (w[i]! * (mean[i]! - this.#centre[i]!)) / scale[i]!;
    return { kind: "value", hidden, features, mean, scale, weights: Float32Array.from(w), intercept };
  }

  /** Share of the scores' variance over states that the head explains: on held-out prompts, or on all where none is. */
  measure(): Explained {
    const { prompts, scores, states } = this.#data;
    const { weights, mean, scale, intercept } = this.head();
    const rows = this.#split.heldOut.length > 0 ? this.#split.heldOut : this.#split.training;
    const sums = new Map<number, PromptSums>();
    for (const row of rows) {
      let value = intercept;
      const at = row * weights.length;
      for (let i = 0; i < weights.length; i++) value += (weights[i]! * (states[at + i]! - mean[i]!)) / scale[i]!;
      const own = sums.get(prompts[row]!) ?? { error: 0, variance: 0 };
      own.error += (scores[row]! - value) ** 2;
      own.variance += (scores[row]! - this.#meanScore) ** 2;
      sums.set(prompts[row]!, own);
    }
    return explainedBy([...sums.values()], this.#seed);
  }

  /**
   * out = X^T f(X w): one pass over the states, without a standardised copy of them. With x = (raw - centre) / scale,
   * X w = raw·v - centre·v for v = w / scale, and X^T u = raw^T u / scale for every u that sums to 0: scores less their mean
   * do, and so does X w.
   */
  #addColumns(f: (value: number, row: number) => number, w: Float64Array, out: Float64Array): void {
    const inputs = w.length;
    const { states } = this.#data;
    const { scale } = this.#standards;
    const v = w.map((each, i) => each / scale[i]!);
    let offset = 0;
    for (let i = 0; i < inputs; i++) offset += this.#centre[i]! * v[i]!;
    out.fill(0);
    for (const row of this.#split.training) {
      const at = row * inputs;
      let value = -offset;
      for (let i = 0; i < inputs; i++) value += states[at + i]! * v[i]!;
      const u = f(value, row);
      for (let i = 0; i < inputs; i++) out[i]! += u * states[at + i]!;
    }
    for (let i = 0; i < inputs; i++) out[i]! /= scale[i]!;
  }
}

function checkFinite({ states, scores }: StateScores): void {
  const broken = states.findIndex((x) => !Number.isFinite(x));
  if (broken >= 0) {
    const message = `Number ${broken} of the states is ${states[broken]}; reload the models and sample anew`;
    throw new RunError("invalid-request", message, { at: broken, value: String(states[broken]) });
  }
  const at = scores.findIndex((x) => !Number.isFinite(x));
  if (at < 0) return;
  const message = `The score of state ${at} is ${scores[at]}; a value head learns from finite scores only`;
  throw new RunError("invalid-request", message, { state: at, value: String(scores[at]) });
}
