/**
 * Weights that the prompt chooses: a softmax of how like it is to a few labelled prompts.
 *
 *   share_j = softmax_j( sim(prompt, prompt_j) / T )        w_i = Σ_j share_j w_ij        w_j the weights of prompt j's label
 *
 * The gate of ArmoRM (Wang et al., arXiv:2406.12845), which is a small network over the prompt's state that is trained on
 * preferences. Here nothing is trained: labelled prompts stand in its place, and a similarity of cosines.
 */
import { normalise } from "../logprobs.ts";
import { pushIdsOfAll } from "../push-ids.ts";
import type { Weights } from "../types.ts";

/**
 * sim of two texts by their letters: the cosine of the counts of three letters in a row, words set apart by spaces, small
 * letters, marks left out. From 0 to 1; 0 where a text has no letter and no digit.
 */
export function letterSimilarity(a: string, b: string): number {
  const [one, other] = [trigrams(a), trigrams(b)];
  let product = 0;
  for (const [key, count] of one) product += count * (other.get(key) ?? 0);
  const size = Math.sqrt(squares(one.values()) * squares(other.values()));
  return size === 0 ? 0 : product / size;
}

/**
 * sim of states: the cosine after the mean of all labelled prompts is taken off each, because states of one model share most
 * of their direction. From -1 to 1.
 * @param own of the prompt, `[hidden]` @param labelled of the labelled prompts, each `[hidden]`, at least two
 */
export function stateSimilarities(own: ArrayLike<number>, labelled: readonly ArrayLike<number>[]): number[] {
  const centre = Float64Array.from(own, (_, i) => labelled.reduce((sum, each) => sum + each[i]!, 0) / labelled.length);
  const around = (state: ArrayLike<number>): Float64Array => centre.map((mean, i) => state[i]! - mean);
  const mine = around(own);
  return labelled.map((each) => {
    const other = around(each);
    const product = mine.reduce((sum, x, i) => sum + x * other[i]!, 0);
    const size = Math.sqrt(squares(mine)) * Math.sqrt(squares(other));
    return size === 0 ? 0 : product / size;
  });
}

/** @param temperature T > 0: near 0 the likest prompt has all @returns one share a prompt, sum 1; empty without prompts */
export function gateShares(similarities: readonly number[], temperature: number): number[] {
  const shares = Float64Array.from(similarities, (each) => each / temperature);
  if (shares.length > 0) normalise(shares);
  return Array.from(shares, Math.exp);
}

/** Σ_j share_j w_j; what one set of weights lacks counts as 0 there. */
export function mixedWeights(shares: readonly number[], weights: readonly Weights[]): Weights {
  const ids = pushIdsOfAll(weights);
  return Object.fromEntries(
    ids.map((id) => [id, shares.reduce((sum, share, j) => sum + share * (weights[j]?.[id] ?? 0), 0)]),
  );
}

function trigrams(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const letters = ` ${word} `;
    for (let i = 0; i + 3 <= letters.length; i++) {
      const key = letters.slice(i, i + 3);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

function squares(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
