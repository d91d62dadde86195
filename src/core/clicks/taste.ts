/**
 * A person's taste, learned from choices between two answers: Bradley and Terry's model with slips and a Gaussian prior.
 *
 *   q(left) = sigmoid( <w, x> ),   x = ( measures of left - measures of right ) / deviation          w ~ N(0, prior² I)
 *   p(left) = slip + (1 - 2 slip) q                                                                 a hand that presses the wrong key
 *   loss    = -sum_clicks ( t log p + (1 - t) log(1 - p) ) + |w|² / (2 prior²)                      t = 1 left, 0 right, 1/2 "same"
 *
 * `deviation` is each measure's standard deviation over the answers that can be shown, so weights compare. Fisher's scoring
 * finds the minimum; the information there, inverted, is the uncertainty (Laplace): taste ~ N(mean, covariance). Fifty clicks
 * settle about a dozen weights and never hundreds.
 * Bradley and Terry, Biometrika 39, 1952; MacKay, Neural Computation 4, 1992.
 */
import { NormalEquations } from "../heads/ridge.ts";

/** Which answer a person liked better. */
export type Choice = "left" | "right" | "same";

export interface Click {
  /** Standardised difference of measures, left less right: `[measures]`. */
  readonly difference: Float64Array;
  readonly choice: Choice;
}

export interface Taste {
  /** `[measures]`: log-odds of a choice for one standard deviation more of a measure. */
  readonly mean: Float64Array;
  /** `[measures, measures]` */
  readonly covariance: Float64Array;
}

export interface TasteOptions {
  /** Standard deviation of a weight before any click. */
  readonly prior: number;
  /** Share of clicks that are mistakes, below 1/2. */
  readonly slip: number;
}

/** Of a simulated person with five wishes among twelve measures, these learn most from 50 clicks (test/core/clicks/agreement.test.ts). */
export const TASTE_DEFAULTS: TasteOptions = { prior: 0.7, slip: 0.15 };

const MAX_STEPS = 100;
const CLOSE = 1e-9;
/** Longest move of a weight in one step: far out, where the loss is all but straight, whole steps overshoot. */
const LONGEST = 0.5;

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** @param measures how many there are */
export function fitTaste(clicks: readonly Click[], measures: number, options: TasteOptions = TASTE_DEFAULTS): Taste {
  const mean = new Float64Array(measures);
  const precision = 1 / options.prior ** 2;
  for (let step = 0; step < MAX_STEPS; step++) {
    const next = scoring(clicks, mean, options.slip).solve(precision);
    let longest = 0;
    for (let i = 0; i < measures; i++) longest = Math.max(longest, Math.abs(next[i]! - mean[i]!));
    const share = Math.min(1, LONGEST / longest);
    for (let i = 0; i < measures; i++) mean[i]! += share * (next[i]! - mean[i]!);
    if (longest < CLOSE) break;
  }
  return { mean, covariance: inverse(scoring(clicks, mean, options.slip), precision) };
}

/** The weighted regression that one step of Fisher's scoring is: its solution is the next w. */
function scoring(clicks: readonly Click[], w: Float64Array, slip: number): NormalEquations {
  const equations = new NormalEquations(w.length);
  for (const { difference, choice } of clicks) {
    const margin = product(w, difference);
    const { p, slope, information } = response(margin, slip);
    const target = choice === "same" ? 0.5 : Number(choice === "left");
    equations.add(difference, margin + (target - p) / slope, information);
  }
  return equations;
}

/** p of a margin, its derivative, and Fisher's information about the margin, slope² / (p (1 - p)). */
export function response(margin: number, slip: number) {
  const q = sigmoid(Math.max(-MARGIN, Math.min(MARGIN, margin)));
  const p = slip + (1 - 2 * slip) * q;
  const slope = (1 - 2 * slip) * q * (1 - q);
  return { p, slope, information: slope ** 2 / (p * (1 - p)) };
}
/** Beyond it q is 0 or 1 to all digits that matter, and the division by its slope would lose them. */
const MARGIN = 15;

function inverse(equations: NormalEquations, precision: number): Float64Array {
  const { size } = equations;
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const unit = new Float64Array(size);
    unit[i] = 1;
    out.set(equations.solve(precision, unit), i * size);
  }
  return out;
}

/** Probability that a person of this taste likes the left answer better, the uncertainty included (MacKay's approximation). */
export function predict(taste: Taste, difference: Float64Array): number {
  const margin = product(taste.mean, difference);
  return sigmoid(margin / Math.sqrt(1 + (Math.PI / 8) * variance(taste, difference)));
}

/** Variance of <w, difference> under the taste's uncertainty. */
export function variance({ covariance }: Taste, difference: Float64Array): number {
  const size = difference.length;
  let sum = 0;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) sum += difference[i]! * covariance[i * size + j]! * difference[j]!;
  return Math.max(0, sum);
}

export function product(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
