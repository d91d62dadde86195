/** Rows of the policy's LM head, W_U: one vector for each token of the vocabulary. */
import type { TokenId } from "../types.ts";

export type Reals = Float32Array | Float64Array;

/** Rows are asked for one by one, because 49,152 of 576 numbers are 113 MB and a fit needs a few thousand. */
export interface Unembedding {
  readonly vocabulary: number;
  readonly hidden: number;
  /** Writes W_U[token] into `out` `[hidden]`. */
  readonly rowOf: (token: TokenId, out: Reals) => void;
}

/**
 * The mean of all rows, `[hidden]`. Rows less this mean are what heads use: a part that all rows share adds the same to
 * every token, and the softmax drops it.
 */
export function meanRow(unembedding: Unembedding): Float64Array {
  const { vocabulary, hidden } = unembedding;
  const mean = new Float64Array(hidden);
  const row = new Float64Array(hidden);
  for (let token = 0; token < vocabulary; token++) {
    unembedding.rowOf(token, row);
    for (let i = 0; i < hidden; i++) mean[i]! += row[i]!;
  }
  for (let i = 0; i < hidden; i++) mean[i]! /= vocabulary;
  return mean;
}

/** Some rows, side by side: `slots[i]` is the place in `rows` `[count, hidden]` of the i-th token that was asked for. */
export interface RowTable {
  readonly rows: Float32Array;
  readonly slots: Int32Array;
}

/** @param mean subtracted from every row, or null to take the rows as they are */
export function gatherRows(unembedding: Unembedding, tokens: Int32Array, mean: Float64Array | null): RowTable {
  const { vocabulary, hidden } = unembedding;
  const slotOf = new Int32Array(vocabulary).fill(-1);
  const slots = new Int32Array(tokens.length);
  const wanted: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (!(token >= 0 && token < vocabulary))
      throw new Error(`token ${token} is outside the vocabulary of ${vocabulary}`);
    if (slotOf[token]! < 0) slotOf[token] = wanted.push(token) - 1;
    slots[i] = slotOf[token]!;
  }
  const rows = new Float32Array(wanted.length * hidden);
  const row = new Float32Array(hidden);
  for (const [slot, token] of wanted.entries()) {
    unembedding.rowOf(token, row);
    if (mean !== null) for (let i = 0; i < hidden; i++) row[i]! -= mean[i]!;
    rows.set(row, slot * hidden);
  }
  return { rows, slots };
}
