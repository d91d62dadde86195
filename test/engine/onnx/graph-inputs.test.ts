import { expect, test } from "vitest";
import { graphInputs, inputNames } from "../../../src/engine/onnx/graph-inputs.ts";
import type { Forward } from "../../../src/engine/onnx/runtime.ts";

/** Two rows, of three tokens and of two, that get two tokens and one. */
const CALL: Forward = {
  rows: 2,
  columns: 2,
  total: 3,
  ids: Int32Array.of(7, 8, 9, 0),
  lengths: [3, 2],
  starts: [1, 1],
  picks: [1, 2],
  into: new Float32Array(0),
};

const bigs = (...values: readonly number[]): BigInt64Array => BigInt64Array.from(values, BigInt);

test("exports get 64 bits, and a mask that counts the tokens of each row", () => {
  const spec = { extras: ["position_ids", "num_logits_to_keep"] } as const;
  expect(graphInputs(spec, CALL)).toEqual([
    { name: "input_ids", type: "int64", dims: [2, 2], values: bigs(7, 8, 9, 0) },
    { name: "attention_mask", type: "int64", dims: [2, 3], values: bigs(1, 1, 1, 1, 1, 0) },
    { name: "position_ids", type: "int64", dims: [2, 2], values: bigs(1, 2, 1, 2) },
    { name: "num_logits_to_keep", type: "int64", dims: [], values: bigs(0) },
  ]);
});

test("a mask may have holes", () => {
  const [, mask] = graphInputs({}, { ...CALL, marks: Uint8Array.of(1, 0, 1, 0, 1, 1) });
  expect(mask).toMatchObject({ name: "attention_mask", values: bigs(1, 0, 1, 0, 1, 1) });
});

test("our own graphs get 32 bits, the lengths of the rows and the longest of them", () => {
  const spec = { integers: "counted", extras: ["picks"] } as const;
  const found = graphInputs(spec, CALL);
  expect(found).toEqual([
    { name: "input_ids", type: "int32", dims: [2, 2], values: Int32Array.of(7, 8, 9, 0) },
    { name: "lengths", type: "int32", dims: [2], values: Int32Array.of(3, 2) },
    { name: "longest", type: "int32", dims: [1], values: Int32Array.of(3) },
    { name: "picks", type: "int32", dims: [2], values: Int32Array.of(1, 2) },
  ]);
  expect(inputNames(spec)).toEqual(found.map(({ name }) => name));
});
