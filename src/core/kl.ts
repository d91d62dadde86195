/**
 * What steering costs: KL of a way of decoding to the base model, nats.
 *
 * Token strategies: the exact KL of each step (`klDivergence`) summed along the text. `estimators/sampled-kl.ts` has the
 * estimates from the drawn tokens alone.
 * Two of them: to pi_ref at temperature 1, and to plain sampling under the same settings (`steeringKl`), which is what
 * steering itself cost.
 *
 * Best-of-N (Beirami et al., arXiv:2401.01879), eps = probability of the chosen text under the distribution it was drawn from:
 *
 *   bound      KL <= log n - (n-1)/n         not an equality: it overstates where texts are few or likely
 *   estimator  D(eps) = (1-eps)^n ( log n + (n-1) log(1-eps) - (n-1)/n ) + (1-(1-eps)^n) log( (1-(1-eps)^n) / eps )
 */
import { klDivergence, type Tokens } from "./logprobs.ts";

/**
 * KL of a sampled distribution to the plain one under the same sampling settings, nats. Null where it is infinite: truncation
 * after guidance can keep a token that it takes away from plain sampling.
 * @param sampled, plain `[V]` nats, normalised
 * @param tokens         where they may have mass
 */
export function steeringKl(sampled: Float64Array, plain: Float64Array, tokens: Tokens = null): number | null {
  const kl = klDivergence(sampled, plain, tokens);
  return kl === Infinity ? null : kl;
}

/** A sum of such costs: null as soon as one is. */
export function addKl(sum: number | null, kl: number | null): number | null {
  return sum === null || kl === null ? null : sum + kl;
}

/** exp(-mean log q_t(y_t)): perplexity of a text under the base, >= 1. `logprobSum` nats; a text of no tokens has 1. */
export function perplexity(logprobSum: number, tokens: number): number {
  return tokens === 0 ? 1 : Math.exp(-logprobSum / tokens);
}

/**
 * Upper bound on the KL of best-of-n. It holds for every rule that picks one of n independent texts, soft best-of-n
 * too: such a rule has density n s(y) with n * integral of s over A <= 1 - (1 - P(A))^n for every set A (Border, 1991),
 * and among those densities the strict ranking has the largest KL.
 */
export function bestOfNKlBound(n: number): number {
  return Math.log(n) - (n - 1) / n;
}

/** D(eps). As eps goes to 0 it is the bound; at eps = 1 there is one text and it is 0. */
export function bestOfNKlEstimate(n: number, eps: number): number {
  if (!(eps >= 0 && eps <= 1)) throw new Error(`eps is a probability, got ${eps}`);
  const miss = Math.exp(n * Math.log1p(-eps)); // (1-eps)^n
  const hit = -Math.expm1(n * Math.log1p(-eps)); // 1-(1-eps)^n, without cancellation
  const continuous = miss === 0 ? 0 : miss * (bestOfNKlBound(n) + (n - 1) * Math.log1p(-eps));
  const discrete = eps === 0 ? 0 : hit * Math.log(hit / eps);
  return continuous + discrete;
}

/**
 * KL of a choice among n samples to the uniform choice, sum_j p_j log(n p_j). Its expectation is an upper bound on the
 * KL of soft best-of-n, because forgetting the other samples cannot raise a KL; 0 at beta = Infinity.
 * @param distribution log p_j, nats, normalised
 */
export function choiceKl(distribution: Float64Array): number {
  let sum = 0;
  for (const logp of distribution) if (logp > -Infinity) sum += Math.exp(logp) * (logp + Math.log(distribution.length));
  return Math.max(0, sum);
}
