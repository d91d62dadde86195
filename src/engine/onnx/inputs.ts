/** Token rows as a forward takes them: padded on the right; and what is checked before and after it. */
import { RunError } from "../../core/errors.ts";
import type { TokenId } from "../../core/types.ts";

/** Never looked at: the row ends before it. */
const PADDING = 0;

/** `[rows.length, longest]` ids; shorter rows are padded on the right. */
export function paddedIds(rows: readonly (readonly TokenId[])[]): Int32Array {
  const width = longest(rows);
  const ids = new Int32Array(rows.length * width).fill(PADDING);
  rows.forEach((row, index) => ids.set(row, index * width));
  return ids;
}

export function longest(rows: readonly { readonly length: number }[]): number {
  return rows.reduce((most, row) => Math.max(most, row.length), 0);
}

/** What rows keep of their tokens when they are chosen anew: all, or the first ones. */
export function keptLengths(held: readonly number[], lengths: readonly number[] = held): readonly number[] {
  const stray = lengths.findIndex((length, row) => !(length >= 0 && length <= (held[row] ?? -1)));
  if (lengths.length === held.length && stray < 0) return lengths;
  throw new RangeError(
    `${lengths.length} lengths for ${held.length} rows, of which one cannot keep ${lengths[stray]} tokens`,
  );
}

/** Every row needs a token, every token an id of the vocabulary, and every row room in the context. */
export function checkPrefixes(model: string, rows: readonly (readonly TokenId[])[], context: number): void {
  if (rows.length === 0) throw new Error(`${model}: no rows to open`);
  if (rows.some((row) => row.length === 0)) throw new Error(`${model}: a row needs at least its start token`);
  checkContext(model, longest(rows), context);
}

export function checkContext(model: string, length: number, context: number): void {
  if (length <= context) return;
  throw new RunError(
    "context-overflow",
    `The text has ${length} tokens, but ${model} reads at most ${context}. Shorten the prompt or the response.`,
    { model, length, context },
  );
}

/** A model whose numbers overflow says nothing: stop instead of sampling from garbage. */
export function checkFinite(model: string, values: Float32Array): void {
  // A sum of these in float64 is finite just where all of them are.
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index]!;
  if (Number.isFinite(sum)) return;
  for (let index = 0; index < values.length; index += 1) {
    if (!Number.isFinite(values[index])) {
      throw new RunError(
        "non-finite-logits",
        `${model} gave ${values[index]} instead of a finite number. Load the models again, or switch to WebAssembly.`,
        { model, value: String(values[index]), index },
      );
    }
  }
}

/** Caches grow in blocks, so that a run moves them seldom and 16 rows waste little. */
const BLOCK = 128;

export function roomFor(length: number, context: number): number {
  return Math.min(context, Math.ceil(length / BLOCK) * BLOCK);
}
