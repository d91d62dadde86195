/**
 * Reward heads: rewards for the next token that read nothing but the policy's own state.
 *
 *   r_i(v|s) = <W_U[v] - mean_u W_U[u], g_i(s)> / unit_i        rows of the LM head, made mean-free
 *   direction   g(s) = c
 *   low rank    g(s) = c + sum_j b_j silu( (A x)_j )             x the state's features, standardised; silu(z) = z / (1 + e^-z)
 *   value       V(s) = intercept + <weights, x>                 no reward of tokens: it judges texts, finished or not
 *
 *   log pi(v|s) = log pi_ref(v|s) + sum_i (w_i/beta) r_i(v|s) - log Z(s)
 *   shift(s)    = sum_i w_i / (beta unit_i) g_i(s)              so log pi = log softmax( W_U (h + shift) ): one product for all heads
 *
 * A head is an autoregressive reward model in GenARM's sense (Xu et al., arXiv:2410.08193) with log pi_i = r_i and b = 1,
 * without a model of its own. `unit` is the mean standard deviation of the unscaled reward under the policy, so that w/beta
 * = 1 is one nat of spread. A direction is one vector over the vocabulary, W_U c, computed once.
 */
import type { TokenId } from "../types.ts";
import { gather, type FeatureName, type StateFeatures } from "./features.ts";
import type { Reals, Unembedding } from "./unembedding.ts";

export interface Direction {
  readonly kind: "direction";
  readonly hidden: number;
  /** `[hidden]` */
  readonly c: Reals;
  /** > 0 */
  readonly unit: number;
}

/** The features' `mean` and `scale` (> 0), `[inputs]`, inputs = features times hidden: x = (raw - mean) / scale. */
interface Reader {
  readonly features: readonly FeatureName[];
  readonly mean: Float32Array;
  readonly scale: Float32Array;
}

export interface LowRankHead extends Reader {
  readonly kind: "low-rank";
  readonly hidden: number;
  readonly rank: number;
  /** `[rank, inputs]` */
  readonly a: Float32Array;
  /** `[rank, hidden]`: row j is the push of unit j. */
  readonly b: Float32Array;
  /** `[hidden]` */
  readonly c: Float32Array;
  readonly unit: number;
}

export interface ValueHead extends Reader {
  readonly kind: "value";
  readonly hidden: number;
  /** `[inputs]` */
  readonly weights: Float32Array;
  readonly intercept: number;
}

/** What steers token by token. */
export type PushHead = Direction | LowRankHead;
export type Head = PushHead | ValueHead;

export function silu(z: number): number {
  return z / (1 + Math.exp(-z));
}

export function inputsOf({ features, hidden }: { features: readonly FeatureName[]; hidden: number }): number {
  return features.length * hidden;
}

/** g(s), `[hidden]`, not divided by the unit. */
export function pushOf(head: PushHead, features: StateFeatures): Float64Array {
  const push = Float64Array.from(head.c);
  if (head.kind === "direction") return push;
  const { rank, hidden, a, b } = head;
  const x = standardised(head, hidden, features);
  for (let j = 0; j < rank; j++) {
    let z = 0;
    for (let i = 0; i < x.length; i++) z += a[j * x.length + i]! * x[i]!;
    const unit = silu(z);
    for (let i = 0; i < hidden; i++) push[i]! += unit * b[j * hidden + i]!;
  }
  return push;
}

/**
 * What all heads together add to the state before the LM head reads it, `[hidden]`.
 * @param weights  w_i, one a head; 0 leaves a head out
 * @param beta     > 0; Infinity is the base model
 * @param features what the heads read of this state
 */
export function shiftOf(
  heads: readonly PushHead[],
  weights: readonly number[],
  beta: number,
  features: StateFeatures,
): Float64Array {
  const shift = new Float64Array(heads[0]?.hidden ?? 0);
  for (const [i, head] of heads.entries()) {
    const alpha = weights[i]! / (beta * head.unit);
    if (alpha === 0) continue;
    const push = pushOf(head, features);
    for (let k = 0; k < shift.length; k++) shift[k]! += alpha * push[k]!;
  }
  return shift;
}

/**
 * <W_U[v] - mean, push> of some tokens. With the push divided by the head's unit it is r(v|s).
 * @param mean `meanRow(unembedding)`
 */
export function rewardsOf(
  push: Reals,
  tokens: readonly TokenId[] | Int32Array,
  unembedding: Unembedding,
  mean: Float64Array,
): Float64Array {
  const row = new Float64Array(unembedding.hidden);
  const offset = product(mean, push);
  return Float64Array.from(tokens, (token) => {
    unembedding.rowOf(token, row);
    return product(row, push) - offset;
  });
}

/** A direction's reward of every token, `[vocabulary]`, divided by its unit: what is added at strength 1, whatever the text. */
export function directionRewards({ c, unit }: Direction, unembedding: Unembedding, mean: Float64Array): Float64Array {
  const tokens = Int32Array.from({ length: unembedding.vocabulary }, (_, token) => token);
  return rewardsOf(c, tokens, unembedding, mean).map((reward) => reward / unit);
}

/** V(s): the expected final reward of the text so far, in the unit of the scores that it was fitted to. */
export function valueOf(head: ValueHead, features: StateFeatures): number {
  return head.intercept + product(head.weights, standardised(head, head.hidden, features));
}

/**
 * A low-rank head's first layer without the standardisation, for a graph that has the raw features as its input:
 * A x = matrix raw + bias.
 * @returns matrix `[rank, inputs]`, bias `[rank]`
 */
export function foldedInput(head: LowRankHead): { readonly matrix: Float32Array; readonly bias: Float32Array } {
  const inputs = inputsOf(head);
  const matrix = head.a.map((entry, at) => entry / head.scale[at % inputs]!);
  const bias = Float32Array.from({ length: head.rank }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < inputs; i++) sum -= (head.a[j * inputs + i]! * head.mean[i]!) / head.scale[i]!;
    return sum;
  });
  return { matrix, bias };
}

function standardised({ features: names, mean, scale }: Reader, hidden: number, features: StateFeatures): Float32Array {
  const x = new Float32Array(mean.length);
  gather(features, names, hidden, x);
  for (let i = 0; i < x.length; i++) x[i] = (x[i]! - mean[i]!) / scale[i]!;
  return x;
}

function product(x: Reals, y: Reals): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
