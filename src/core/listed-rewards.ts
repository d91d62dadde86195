/** Rewards of some tokens of the vocabulary: what a head gives, which is read at the tokens that can be drawn alone. */
import type { Tokens } from "./logprobs.ts";
import type { TokenId } from "./types.ts";

export interface ListedRewards {
  /** In ascending order. */
  readonly tokens: Int32Array;
  /** Of these tokens, nats. */
  readonly rewards: Float32Array;
}

/** r(v); NaN for a token that is not listed. */
export function rewardAt({ tokens, rewards }: ListedRewards, token: TokenId): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tokens[middle]! < token) low = middle + 1;
    else high = middle;
  }
  return tokens[low] === token ? rewards[low]! : NaN;
}

/**
 * sum over the listed tokens of pi_ref(v) r(v): the centre of `contributions.ts`, as far as the rewards are known.
 * @param ref `[V]` nats, normalised
 */
export function listedCentre(ref: Float64Array, { tokens, rewards }: ListedRewards): number {
  let mean = 0;
  for (let i = 0; i < tokens.length; i++) mean += Math.exp(ref[tokens[i]!]!) * rewards[i]!;
  return mean;
}

/** Adds alpha r(v) to the listed tokens that `out` does not forbid, `[V]` nats. */
export function addListed({ tokens, rewards }: ListedRewards, alpha: number, out: Float64Array): void {
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (out[token]! > -Infinity) out[token]! += alpha * rewards[i]!;
  }
}

/**
 * A token that can be drawn and has no reward in some list; null where there is none.
 * @param reference `[V]` nats, -Infinity where nothing can be drawn
 * @param drawable  the tokens that can be drawn, so that the others need not be looked at
 */
export function unlisted(
  lists: readonly ListedRewards[],
  reference: Float64Array,
  drawable: Tokens = null,
): TokenId | null {
  let count = drawable?.length ?? 0;
  if (drawable === null) for (let v = 0; v < reference.length; v++) if (reference[v]! > -Infinity) count++;
  for (const list of lists) {
    const covered = list.tokens.reduce((sum, token) => sum + (reference[token]! > -Infinity ? 1 : 0), 0);
    if (covered < count)
      return reference.findIndex((logprob, v) => logprob > -Infinity && Number.isNaN(rewardAt(list, v)));
  }
  return null;
}
