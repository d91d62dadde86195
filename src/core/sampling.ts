/**
 * From the guided distribution to the sampled distribution, and from there to a token.
 *
 *   p_T(v) ∝ pi(v)^(1/T),  then keep the top-k,  then the top-p prefix or the min-p set, each renormalised
 *   token  = argmax_v ( log p(v) + Gumbel(seed, sample, position, v) )
 *
 * Truncation acts on the combined distribution after temperature, as GenARM's library does. T = 0 is argmax. top-p keeps the
 * smallest prefix of the sorted distribution with mass >= p, the token that crosses included (Holtzman et al., ICLR 2020);
 * min-p keeps p(v) >= minP max p (Nguyen et al., ICLR 2025). Ties go to the lowest id.
 */
import { argmax, normalise, type Tokens } from "./logprobs.ts";
import { gumbelBound, gumbelOf, hash32 } from "./noise.ts";
import { topIndices } from "./top.ts";
import type { Sampling, TokenId } from "./types.ts";

/** A decision this close may fall the other way in another batch size or on another backend. */
export const CLOSE_MARGIN = 1e-4;

/** True where the sampled distribution is the guided distribution itself. `plausible` acted earlier, on the base (`plausible.ts`). */
export function isPlainSampling(sampling: Sampling): boolean {
  return sampling.temperature === 1 && sampling.topK === 0 && sampling.topP === 1 && sampling.minP === 0;
}

/**
 * @param guided   `[V]` nats, normalised; left as it is
 * @param sampling within the bounds that `parseRequest` checks
 * @param out      `[V]`, receives nats, normalised, -Infinity where truncated
 * @param tokens   those that `guided` gives mass; `out` is written there alone, and must be -Infinity elsewhere
 * @returns        `out`, or `guided` itself where nothing changes
 */
export function sampledDistribution(
  guided: Float64Array,
  sampling: Sampling,
  out: Float64Array,
  tokens: Tokens = null,
): Float64Array {
  if (isPlainSampling(sampling)) return guided;
  const best = argmax(guided, tokens);
  if (sampling.temperature === 0) {
    clear(out, tokens);
    out[best] = 0;
    return out;
  }
  // The maximum is taken off first: a tiny temperature then gives 0 and -Infinity, never an overflow.
  const max = guided[best]!;
  const size = tokens?.length ?? out.length;
  for (let i = 0; i < size; i++) {
    const v = tokens === null ? i : tokens[i]!;
    out[v] = (guided[v]! - max) / sampling.temperature;
  }
  normalise(out, tokens);
  if (sampling.topK > 0 && sampling.topK < size) keepOnly(out, topIndices(out, sampling.topK, tokens), tokens);
  if (sampling.topP < 1) keepOnly(out, nucleus(out, sampling.topP, tokens), tokens);
  else if (sampling.minP > 0) keepAbove(out, out[best]! + Math.log(sampling.minP), tokens);
  return out;
}

/**
 * Ids of the smallest prefix of the sorted distribution with mass >= p. Tokens of probability below (1-p)/V together weigh less
 * than 1-p, so the prefix ends before them and only the others need sorting.
 */
function nucleus(distribution: Float64Array, p: number, tokens: Tokens): number[] {
  const floor = Math.log((1 - p) / distribution.length);
  const size = tokens?.length ?? distribution.length;
  const ids: number[] = [];
  for (let i = 0; i < size; i++) {
    const v = tokens === null ? i : tokens[i]!;
    if (distribution[v]! >= floor) ids.push(v);
  }
  ids.sort((a, b) => distribution[b]! - distribution[a]! || a - b);
  let mass = 0;
  let kept = 0;
  // Rounding can leave the whole sum just below p; then all of them stay.
  while (mass < p && kept < ids.length) mass += Math.exp(distribution[ids[kept++]!]!);
  return ids.slice(0, kept);
}

function keepOnly(distribution: Float64Array, ids: readonly TokenId[], tokens: Tokens): void {
  const kept = ids.map((id) => distribution[id]!);
  clear(distribution, tokens);
  for (const [rank, id] of ids.entries()) distribution[id] = kept[rank]!;
  normalise(distribution, tokens);
}

function keepAbove(distribution: Float64Array, bound: number, tokens: Tokens): void {
  const size = tokens?.length ?? distribution.length;
  for (let i = 0; i < size; i++) {
    const v = tokens === null ? i : tokens[i]!;
    if (distribution[v]! < bound) distribution[v] = -Infinity;
  }
  normalise(distribution, tokens);
}

function clear(distribution: Float64Array, tokens: Tokens): void {
  if (tokens === null) distribution.fill(-Infinity);
  else for (const token of tokens) distribution[token] = -Infinity;
}

/** Where in the common noise a decision stands; `position` counts response tokens from 0. */
export interface NoiseKey {
  readonly seed: number;
  readonly sample: number;
  readonly position: number;
}

export interface Draw {
  readonly token: TokenId;
  /** The runner-up was within `CLOSE_MARGIN`. */
  readonly isClose: boolean;
}

/**
 * Draws from a distribution `[V]` with the common noise. Exact: a token is skipped only where a bound on its noise shows that
 * it can neither win nor come within the margin. At temperature 0 the distribution has one token and noise decides nothing.
 * @param tokens those that may have mass
 */
export function draw(distribution: Float64Array, key: NoiseKey, tokens: Tokens = null): Draw {
  const size = tokens?.length ?? distribution.length;
  let token = -1;
  let best = -Infinity;
  let second = -Infinity;
  for (let i = 0; i < size; i++) {
    const v = tokens === null ? i : tokens[i]!;
    const logprob = distribution[v]!;
    if (logprob === -Infinity) continue;
    const bits = hash32(key.seed, key.sample, key.position, v);
    if (logprob + gumbelBound(bits) < best - CLOSE_MARGIN) continue;
    const perturbed = logprob + gumbelOf(bits);
    if (perturbed > best) {
      second = best;
      best = perturbed;
      token = v;
    } else if (perturbed > second) {
      second = perturbed;
    }
  }
  if (token < 0) throw new Error("a distribution without mass cannot be drawn from");
  return { token, isClose: best - second < CLOSE_MARGIN };
}

/** True where the two largest entries of `distribution` lie within `CLOSE_MARGIN`: the close call of temperature 0. */
export function hasCloseMaximum(distribution: Float64Array, tokens: Tokens = null): boolean {
  const [first, second] = topIndices(distribution, 2, tokens);
  return first !== undefined && second !== undefined && distribution[first]! - distribution[second]! < CLOSE_MARGIN;
}
