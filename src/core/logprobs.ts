/**
 * Log-probabilities: from logits to a normalised distribution, and the numbers read off a distribution.
 *
 *   logSoftmax(z)_v = z_v - log sum_u exp(z_u)
 *   H(p) = -sum_v p_v log p_v        KL(p || q) = sum_v p_v log(p_v / q_v)
 *
 * Nats throughout. Float64, because a sum of many float32 exponentials is off by up to 1e-4 nats. `-Infinity` is a
 * probability of 0 and is welcome; NaN and +Infinity are refused where they are born.
 */
import { RunError } from "./errors.ts";
import { expOf } from "./exp.ts";

type Reals = ArrayLike<number>;

/** The tokens that a loop goes over, in ascending order: all others have probability 0. Null for the whole vocabulary. */
export type Tokens = Int32Array | null;

/**
 * log sum_v exp(x_v), in nats, of numbers that need not be normalised.
 * @throws RunError "non-finite-logits" for NaN, +Infinity, or no entry above -Infinity.
 */
export function logSumExp(x: Reals, tokens: Tokens = null): number {
  const size = tokens?.length ?? x.length;
  const max = maximum(x, tokens);
  let sum = 0;
  for (let i = 0; i < size; i++) sum += expOf(x[tokens === null ? i : tokens[i]!]! - max);
  // A NaN anywhere makes the sum NaN; so do +Infinity and a row of -Infinity, through Infinity - Infinity.
  if (!(sum > 0)) throw nonFinite(x);
  return max + Math.log(sum);
}

/**
 * Normalises logits over the tokenizer's ids.
 * @param logits at least `out.length` numbers; ids at or beyond `out.length` are padding of the graph and are dropped
 * @param out    `[V]`, receives nats; may be `logits` itself
 * @throws RunError "non-finite-logits"
 */
export function logSoftmax(logits: Reals, out: Float64Array = new Float64Array(logits.length)): Float64Array {
  const size = out.length;
  if (logits.length < size) throw new Error(`expected at least ${size} logits, got ${logits.length}`);
  for (let v = 0; v < size; v++) out[v] = logits[v]!;
  normalise(out);
  return out;
}

/** Subtracts log Z from `x` `[V]` in place and returns it; afterwards `x` is a distribution. Throws as `logSumExp` does. */
export function normalise(x: Float64Array, tokens: Tokens = null): number {
  const logZ = logSumExp(x, tokens);
  const size = tokens?.length ?? x.length;
  for (let i = 0; i < size; i++) x[tokens === null ? i : tokens[i]!]! -= logZ;
  return logZ;
}

/** What is known of a distribution when it has been normalised, nats. */
export interface Normaliser {
  readonly logZ: number;
  readonly entropy: number;
  /** The largest log-probability. */
  readonly max: number;
}

/**
 * Log-probabilities of logits in three passes: the largest, the exponentials, the differences. The entropy comes from the same exponentials:
 * H = log sum_v e^{d_v} - sum_v e^{d_v} d_v / sum_v e^{d_v},  d = x - max.
 * @param out    `[V]`, receives nats
 * @param banned tokens that get probability 0
 * @param known  of these very logits, so that the exponentials are not needed
 * @throws RunError "non-finite-logits"
 */
export function logprobsInto(
  logits: Reals,
  out: Float64Array,
  banned: ReadonlySet<number> = new Set(),
  known: Normaliser | null = null,
): Normaliser {
  const size = out.length;
  let max = -Infinity;
  for (let v = 0; v < size; v++) {
    const logit = logits[v]!;
    out[v] = logit;
    if (logit > max) max = logit;
  }
  let isMaxBanned = false;
  for (const token of banned) {
    isMaxBanned ||= out[token] === max;
    out[token] = -Infinity;
  }
  if (isMaxBanned) max = maximum(out);
  const found = known ?? normaliserOf(out, max);
  for (let v = 0; v < size; v++) out[v]! -= found.logZ;
  return found;
}

/** @param max of `x` `[V]` */
function normaliserOf(x: Float64Array, max: number): Normaliser {
  let sum = 0;
  let moment = 0;
  for (let v = 0; v < x.length; v++) {
    const below = x[v]! - max;
    const mass = expOf(below);
    sum += mass;
    // 0 * -Infinity would be NaN.
    if (mass > 0) moment += mass * below;
  }
  if (!(sum > 0)) throw nonFinite(x);
  const logZ = max + Math.log(sum);
  return { logZ, entropy: Math.log(sum) - moment / sum, max: max - logZ };
}

/** The probabilities of a normalised distribution `[V]` of log-probabilities. */
export function probabilitiesInto(distribution: Float64Array, out: Float64Array): void {
  // Rounding can leave the log-probability of a sure token a little above 0.
  for (let v = 0; v < out.length; v++) out[v] = expOf(Math.min(0, distribution[v]!));
}

/** Entropy in nats of a normalised distribution `[V]` of log-probabilities; 0 log 0 counts 0. */
export function entropy(distribution: Reals, tokens: Tokens = null): number {
  const size = tokens?.length ?? distribution.length;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    const logp = distribution[tokens === null ? i : tokens[i]!]!;
    if (logp > -Infinity) sum -= Math.exp(logp) * logp;
  }
  return sum;
}

/**
 * KL(p || q) in nats of two normalised distributions `[V]`, never below 0 but for rounding, which is clipped.
 * Infinity where p has mass and q has none; that cannot happen for a distribution made from q by guidance and truncation.
 * @param tokens where p may have mass
 */
export function klDivergence(p: Reals, q: Reals, tokens: Tokens = null): number {
  const size = tokens?.length ?? p.length;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    const v = tokens === null ? i : tokens[i]!;
    const logp = p[v]!;
    if (logp > -Infinity) sum += Math.exp(logp) * (logp - q[v]!);
  }
  return Math.max(0, sum);
}

/** The largest entry; -Infinity where there is none. NaN is passed over. */
export function maximum(x: Reals, tokens: Tokens = null): number {
  const size = tokens?.length ?? x.length;
  let max = -Infinity;
  for (let i = 0; i < size; i++) {
    const value = x[tokens === null ? i : tokens[i]!]!;
    if (value > max) max = value;
  }
  return max;
}

/** Index of the largest entry; ties go to the lowest index. */
export function argmax(x: Reals, tokens: Tokens = null): number {
  const size = tokens?.length ?? x.length;
  let best = tokens?.[0] ?? 0;
  // The greatest so far stays in a variable: read from the array at each step, it slowed this loop down many times.
  let most = x[best]!;
  for (let i = 1; i < size; i++) {
    const v = tokens === null ? i : tokens[i]!;
    const value = x[v]!;
    if (value > most) {
      most = value;
      best = v;
    }
  }
  return best;
}

function nonFinite(x: Reals): RunError {
  for (let v = 0; v < x.length; v++) {
    if (Number.isNaN(x[v]) || x[v] === Infinity) {
      const cause = `A model answered ${x[v]} for token ${v}, so no next token can be chosen`;
      const message = `${cause}; reload the models and run again.`;
      return new RunError("non-finite-logits", message, { token: v, value: String(x[v]) });
    }
  }
  return new RunError(
    "non-finite-logits",
    "Every token has probability 0, so none can be chosen. Use smaller weights.",
  );
}
