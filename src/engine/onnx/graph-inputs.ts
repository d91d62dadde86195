/**
 * The whole numbers that a graph takes beside its caches. Exports take 64 bits and a mask of the rows ("masked"). The graphs that
 * we build take 32 bits, the lengths of the rows and the longest of them ("counted"): shaders compute with 32 bits alone, and no
 * input is as wide as the text.
 */
import type { ExtraInput, Forward, GraphSpec } from "./runtime.ts";

/** Names beside those of `ExtraInput`. */
export const INPUTS = { ids: "input_ids", mask: "attention_mask", lengths: "lengths", longest: "longest" } as const;

export type GraphInput = { readonly name: string; readonly dims: readonly number[] } & (
  { readonly type: "int64"; readonly values: BigInt64Array } | { readonly type: "int32"; readonly values: Int32Array }
);

/** Names of the inputs that `graphInputs` gives. */
export function inputNames({ integers, extras = [] }: Pick<GraphSpec, "integers" | "extras">): readonly string[] {
  return [INPUTS.ids, ...(integers === "counted" ? [INPUTS.lengths, INPUTS.longest] : [INPUTS.mask]), ...extras];
}

export function graphInputs(
  { integers, extras = [] }: Pick<GraphSpec, "integers" | "extras">,
  call: Forward,
): GraphInput[] {
  const { ids, rows, columns, total, lengths } = call;
  const own = [
    { name: INPUTS.ids, values: ids, dims: [rows, columns] },
    ...(integers === "counted"
      ? [
          { name: INPUTS.lengths, values: Int32Array.from(lengths), dims: [rows] },
          { name: INPUTS.longest, values: Int32Array.of(total), dims: [1] },
        ]
      : [{ name: INPUTS.mask, values: call.marks ?? countingMarks(lengths, total), dims: [rows, total] }]),
    ...extras.map((name) => ({ name, ...extraInput(name, call) })),
  ];
  return own.map(({ name, values, dims }) =>
    integers === "counted"
      ? { name, dims, type: "int32", values: Int32Array.from(values) }
      : { name, dims, type: "int64", values: BigInt64Array.from(values, BigInt) },
  );
}

/** `[lengths.length, total]`: ones on the left, as many as the row has tokens. */
function countingMarks(lengths: readonly number[], total: number): Uint8Array {
  const marks = new Uint8Array(lengths.length * total);
  lengths.forEach((length, row) => marks.fill(1, row * total, row * total + length));
  return marks;
}

/** Numbers for an extra input: `[rows, columns]`, one for each pick, or a single one. */
function extraInput(
  name: ExtraInput,
  { rows, columns, starts, picks }: Forward,
): { readonly values: Int32Array; readonly dims: readonly number[] } {
  // 0 keeps the logits of every position; uneven rows end at different ones.
  if (name === "num_logits_to_keep") return { values: Int32Array.of(0), dims: [] };
  if (name === "picks") return { values: Int32Array.from(picks), dims: [picks.length] };
  const values = new Int32Array(rows * columns);
  const dims = [rows, columns];
  if (name === "token_type_ids") return { values, dims };
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      values[row * columns + column] = (starts?.[row] ?? 0) + column;
    }
  }
  return { values, dims };
}
