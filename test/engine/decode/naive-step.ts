/**
 * One step of one row in the plainest way: whole vocabularies, new arrays, one formula after the other. The decoder's own numbers
 * are compared with these.
 */
import type { Sampling, TokenId } from "../../../src/core/types.ts";

export interface NaiveTerm {
  readonly alpha: number;
  readonly parts: readonly { readonly sign: 1 | -1; readonly logits: readonly number[] }[];
}

export interface NaiveStep {
  readonly base: readonly number[];
  readonly guided: readonly number[];
  readonly sampled: readonly number[];
  readonly plain: readonly number[];
  readonly kl: number;
  readonly klSteer: number;
  readonly entropy: number;
  readonly logZ: number;
  /** `[term][token]`, nats. */
  readonly contributions: readonly (readonly number[])[];
  /** Mass of the plausible tokens under the base. */
  readonly plausibleMass: number;
}

export function naiveStep(
  logits: readonly number[],
  terms: readonly NaiveTerm[],
  sampling: Sampling,
  banned: ReadonlySet<TokenId>,
): NaiveStep {
  const base = logSoftmax(logits.map((x, v) => (banned.has(v) ? -Infinity : x)));
  const bound = Math.max(...base) + Math.log(sampling.plausible);
  const reference = base.map((x) => (sampling.plausible > 0 && x < bound ? -Infinity : x));
  const rewards = terms.map(({ parts }) =>
    base.map((_, v) => sum(parts.map(({ sign, logits: own }) => sign * logSoftmax(own)[v]!))),
  );
  const centres = rewards.map((reward) => sum(base.map((x, v) => (x > -Infinity ? Math.exp(x) * reward[v]! : 0))));
  const contributions = terms.map(({ alpha }, i) => base.map((_, v) => alpha * (rewards[i]![v]! - centres[i]!)));
  const raised = reference.map((x, v) => x + sum(contributions.map((own) => own[v]!)));
  const guided = logSoftmax(raised);
  const sampled = truncated(guided, sampling);
  const plain = truncated(logSoftmax(reference), sampling);
  return {
    base,
    guided,
    sampled,
    plain,
    kl: divergence(sampled, base),
    klSteer: divergence(sampled, plain),
    entropy: sum(sampled.map((x) => (x > -Infinity ? -Math.exp(x) * x : 0))),
    logZ: logSum(raised),
    contributions,
    plausibleMass: sum(reference.map(Math.exp)),
  };
}

function truncated(distribution: readonly number[], { temperature, topK, topP, minP }: Sampling): readonly number[] {
  const best = distribution.indexOf(Math.max(...distribution));
  if (temperature === 0) return distribution.map((_, v) => (v === best ? 0 : -Infinity));
  let own = logSoftmax(distribution.map((x) => (x - distribution[best]!) / temperature));
  const keep = (isKept: (v: TokenId) => boolean): void => {
    own = logSoftmax(own.map((x, v) => (isKept(v) ? x : -Infinity)));
  };
  const ranked = (): TokenId[] =>
    [...own.keys()].sort((a, b) => (own[a] === own[b] ? a - b : own[a]! > own[b]! ? -1 : 1));
  if (topK > 0) {
    const kept = new Set(ranked().slice(0, topK));
    keep((v) => kept.has(v));
  }
  if (topP < 1) {
    const kept = new Set<TokenId>();
    let mass = 0;
    for (const v of ranked()) {
      if (mass >= topP || own[v] === -Infinity) break;
      kept.add(v);
      mass += Math.exp(own[v]!);
    }
    keep((v) => kept.has(v));
  } else if (minP > 0) {
    const least = own[best]! + Math.log(minP);
    keep((v) => own[v]! >= least);
  }
  return own;
}

function divergence(p: readonly number[], q: readonly number[]): number {
  return Math.max(0, sum(p.map((x, v) => (x > -Infinity ? Math.exp(x) * (x - q[v]!) : 0))));
}

function logSoftmax(x: readonly number[]): readonly number[] {
  const logZ = logSum(x);
  return x.map((each) => each - logZ);
}

function logSum(x: readonly number[]): number {
  const max = Math.max(...x);
  return max + Math.log(sum(x.map((each) => Math.exp(each - max))));
}

function sum(x: readonly number[]): number {
  return x.reduce((total, each) => total + each, 0);
}
