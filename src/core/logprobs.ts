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

type Reals = ArrayLike<number>;

/**
 * log sum_v exp(x_v), in nats, of numbers that need not be normalised.
 * @throws RunError "non-finite-logits" for NaN, +Infinity, or no entry above -Infinity.
 */
export function logSumExp(x: Reals): number {
  const size = x.length;
  let max = -Infinity;
  for (let v = 0; v < size; v++) if (x[v]! > max) max = x[v]!;
  let sum = 0;
  for (let v = 0; v < size; v++) sum += Math.exp(x[v]! - max);
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
export function normalise(x: Float64Array): number {
  const logZ = logSumExp(x);
  for (let v = 0; v < x.length; v++) x[v]! -= logZ;
  return logZ;
}

/**
 * As `normalise`, but answers with the entropy of the distribution in nats, from the same exponentials:
 * H = log sum_v e^{d_v} - sum_v e^{d_v} d_v / sum_v e^{d_v},  d = x - max.
 */
export function normaliseWithEntropy(x: Float64Array): number {
  let max = -Infinity;
  for (let v = 0; v < x.length; v++) if (x[v]! > max) max = x[v]!;
  let sum = 0;
  let moment = 0;
  for (let v = 0; v < x.length; v++) {
    const below = x[v]! - max;
    const mass = Math.exp(below);
    sum += mass;
    // 0 * -Infinity would be NaN.
    if (mass > 0) moment += mass * below;
  }
  if (!(sum > 0)) throw nonFinite(x);
  const logZ = max + Math.log(sum);
  for (let v = 0; v < x.length; v++) x[v]! -= logZ;
  return Math.log(sum) - moment / sum;
}

/** Entropy in nats of a normalised distribution `[V]` of log-probabilities; 0 log 0 counts 0. */
export function entropy(distribution: Reals): number {
  let sum = 0;
  for (let v = 0; v < distribution.length; v++) {
    const logp = distribution[v]!;
    if (logp > -Infinity) sum -= Math.exp(logp) * logp;
  }
  return sum;
}

/**
 * KL(p || q) in nats of two normalised distributions `[V]`, never below 0 but for rounding, which is clipped.
 * Infinity where p has mass and q has none; that cannot happen for a distribution made from q by guidance and truncation.
 */
export function klDivergence(p: Reals, q: Reals): number {
  let sum = 0;
  for (let v = 0; v < p.length; v++) {
    const logp = p[v]!;
    if (logp > -Infinity) sum += Math.exp(logp) * (logp - q[v]!);
  }
  return Math.max(0, sum);
}

/** Index of the largest entry; ties go to the lowest index. */
export function argmax(x: Reals): number {
  let best = 0;
  // The greatest so far stays in a variable: read from the array at each step, it slowed this loop down many times.
  let most = x[0]!;
  for (let v = 1; v < x.length; v++) {
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
