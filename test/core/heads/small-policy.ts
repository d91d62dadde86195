/** A policy of a few tokens for tests of heads: rows of an LM head, states, and what they make of each other. */
import { logSoftmax } from "../../../src/core/logprobs.ts";
import type { FeatureName } from "../../../src/core/heads/features.ts";
import { TokenRewardsBuilder, type TokenRewards } from "../../../src/core/heads/token-rewards.ts";
import type { Unembedding } from "../../../src/core/heads/unembedding.ts";
import { hashed } from "../../fakes.ts";

export const VOCABULARY = 14;
export const HIDDEN = 6;

/** Numbers between -1 and 1 of a seed. */
export function numbers(size: number, seed: number, scale = 1): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => scale * hashed(seed, i));
}

export function makeUnembedding(seed: number, vocabulary = VOCABULARY, hidden = HIDDEN): Unembedding {
  // Rounded to float32, so that float32 and float64 readers see the same rows.
  const rows = Float32Array.from(numbers(vocabulary * hidden, seed));
  return {
    vocabulary,
    hidden,
    rowOf: (token, out) => out.set(rows.subarray(token * hidden, (token + 1) * hidden)),
  };
}

/** W_U x, `[vocabulary]`. */
export function lmHead({ vocabulary, hidden, rowOf }: Unembedding, x: ArrayLike<number>): Float64Array {
  const row = new Float64Array(hidden);
  return Float64Array.from({ length: vocabulary }, (_, token) => {
    rowOf(token, row);
    return row.reduce((sum, entry, i) => sum + entry * x[i]!, 0);
  });
}

/** States and the policy's law over all tokens there, with a reward of each token. */
export function makeData(
  unembedding: Unembedding,
  states: number,
  rewardOf: (token: number, state: Float32Array) => number,
  features: readonly FeatureName[] = ["last"],
  prompts = 20,
): TokenRewards {
  const { vocabulary, hidden } = unembedding;
  const tokens = Array.from({ length: vocabulary }, (_, token) => token);
  const builder = new TokenRewardsBuilder(features, hidden, Infinity);
  for (let s = 0; s < states; s++) {
    const state = Float32Array.from(numbers(features.length * hidden, 1000 + s, 2));
    const logprobs = logSoftmax(lmHead(unembedding, state.subarray(0, hidden)));
    const rewards = tokens.map((token) => rewardOf(token, state));
    builder.add(s % prompts, state, tokens, logprobs, rewards);
  }
  return builder.data();
}
