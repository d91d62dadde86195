/** What rows promise: forks, drops and batches change nothing, and everything that was taken is given back. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OpenedBundle } from "../../../src/engine/bundle/assemble.ts";
import type { RowBatch } from "../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { openTiny } from "./onnx-tiny.ts";

const A = [0, 30, 40, 50, 60, 70, 80];
const B = [0, 31, 41];

let runtime: Runtime;
let bundle: OpenedBundle;
beforeAll(async () => {
  runtime = await wasmRuntime();
  bundle = await openTiny(runtime);
});
afterAll(() => runtime.dispose());

/** Logits after each prefix, every one opened alone from scratch. */
async function alone(...prefixes: readonly number[][]): Promise<Float32Array[]> {
  const results: Float32Array[] = [];
  for (const prefix of prefixes) {
    const batch = await bundle.models.policy.open([prefix]);
    results.push(batch.logits(0).slice() as Float32Array);
    batch.dispose();
  }
  return results;
}

function expectRows(batch: RowBatch, expected: readonly Float32Array[]): void {
  expect(batch.size).toBe(expected.length);
  expected.forEach((logits, row) => {
    const difference = logits.map((value, id) => Math.abs(value - (batch.logits(row)[id] ?? NaN)));
    expect(Math.max(...difference)).toBeLessThan(1e-4);
  });
}

async function withRows(prefixes: readonly number[][], use: (batch: RowBatch) => Promise<void>): Promise<void> {
  const batch = await bundle.models.policy.open(prefixes);
  try {
    await use(batch);
  } finally {
    batch.dispose();
  }
}

test("cached steps equal a fresh prefill", () =>
  withRows([A, B], async (batch) => {
    await batch.step([100, 101]);
    await batch.step([102, 103]);
    expectRows(batch, await alone([...A, 100, 102], [...B, 101, 103]));
  }));

test("a fork carries logits and cache, and its rows then go their own ways", () =>
  withRows([A], async (batch) => {
    await batch.select([0, 0, 0]);
    expectRows(batch, await alone(A, A, A));
    await batch.step([5, 6, 7]);
    expectRows(batch, await alone([...A, 5], [...A, 6], [...A, 7]));
  }));

test("ragged rows may be dropped and reordered, the longest one too", () =>
  withRows([A, B, [...A, 9]], async (batch) => {
    await batch.step([5, 6, 7]);
    await batch.select([1, 0]);
    await batch.step([8, 9]);
    expectRows(batch, await alone([...B, 6, 8], [...A, 5, 9]));
    await batch.select([0]);
    await batch.step([10]);
    expectRows(batch, await alone([...B, 6, 8, 10]));
  }));

test("rows take their newest tokens back and go on from where another row ended", () =>
  withRows([A], async (batch) => {
    await batch.select([0, 0]);
    await batch.step([5, 6]);
    await batch.step([7, 8]);
    await batch.step([9, 10]);
    // Both go on as the first row was after its first token; then the second alone takes one back.
    await batch.select([0, 0], [A.length + 1, A.length + 1]);
    await batch.step([20, 21]);
    expectRows(batch, await alone([...A, 5, 20], [...A, 5, 21]));
    await batch.select([0, 1], [A.length + 2, A.length + 1]);
    await batch.step([30, 31]);
    expectRows(batch, await alone([...A, 5, 20, 30], [...A, 5, 31]));
    await expect(batch.select([0, 1], [A.length + 9, 1])).rejects.toThrow(RangeError);
  }));

test("caches grow past their first block", () =>
  withRows([A, B], async (batch) => {
    const tokens = Array.from({ length: 150 }, (_, step) => 10 + step);
    for (const token of tokens) await batch.step([token, token + 1]);
    expectRows(batch, await alone([...A, ...tokens], [...B, ...tokens.map((token) => token + 1)]));
  }));

test("the look-ahead survives forks, drops and growth", async () => {
  const model = bundle.models.value;
  if (model === null) throw new Error("no value model");
  const fresh = async (prefix: readonly number[], candidate: number): Promise<Float64Array> => {
    const batch = await model.open([prefix], 1);
    const values = await batch.evaluate([[candidate]]);
    batch.dispose();
    return values[0]?.[0] ?? new Float64Array();
  };
  const batch = await model.open([A, B], 2);
  try {
    await batch.evaluate([
      [5, 6],
      [7, 8],
    ]);
    batch.advance([6, 9]);
    await batch.select([1, 0, 1]);
    const prefixes = [
      [...B, 9],
      [...A, 6],
      [...B, 9],
    ];
    for (let step = 0; step < 140; step += 1) {
      const values = await batch.evaluate(prefixes.map(() => [20 + step, 300 - step]));
      if (step % 46 === 0) {
        for (const [row, prefix] of prefixes.entries()) {
          const expected = await fresh(prefix, 300 - step);
          expected.forEach((value, objective) => expect(values[row]?.[1]?.[objective]).toBeCloseTo(value, 4));
        }
      }
      const chosen = prefixes.map((_, row) => (row === 1 ? 20 + step : 300 - step));
      batch.advance(chosen);
      prefixes.forEach((prefix, row) => prefix.push(chosen[row] ?? 0));
    }
  } finally {
    batch.dispose();
  }
});

describe("bounds", () => {
  test("a prefix longer than the context is refused with both numbers", async () => {
    await expect(bundle.models.policy.open([Array<number>(513).fill(5)])).rejects.toMatchObject({
      code: "context-overflow",
      details: { length: 513, context: 512 },
    });
  });

  test("a step beyond the context is refused", () =>
    withRows([Array<number>(512).fill(5)], async (batch) => {
      await expect(batch.step([5])).rejects.toMatchObject({ code: "context-overflow" });
    }));
});

test("after every batch is disposed no tensor is left and the heap stays as large as it was", async () => {
  const { policy, value, judge } = bundle.models;
  if (value === null || judge === null) throw new Error("the bundle is incomplete");
  const round = async (): Promise<void> => {
    await withRows([A, B], async (batch) => {
      await batch.step([1, 2]);
      await batch.select([0, 0, 1]);
    });
    const look = await value.open([A], 4);
    await look.evaluate([[1, 2, 3, 4]]);
    look.dispose();
    await judge.score([A, B]);
  };
  for (let run = 0; run < 5; run += 1) await round();
  const before = runtime.memory();
  for (let run = 0; run < 200; run += 1) await round();
  expect(before.tensors).toBe(0);
  expect(runtime.memory()).toEqual(before);
  expect(policy.vocabSize).toBe(512);
});

test("teacher forcing reads in one forward what steps read one by one, for the policy and every ARM", async () => {
  const models = [bundle.models.policy, ...[...bundle.models.arms.values()].map((arm) => arm.model)];
  for (const model of models) {
    const text = [...A, 100, 102, 7, 9];
    const forced = await model.read(text, 5);
    const batch = await model.open([A]);
    const stepped = [batch.logits(0).slice()];
    for (const token of text.slice(A.length)) {
      await batch.step([token]);
      stepped.push(batch.logits(0).slice());
    }
    batch.dispose();
    expect(forced).toHaveLength(stepped.length);
    for (const [i, logits] of forced.entries()) {
      expect(logits).toHaveLength(model.vocabSize);
      const difference = [...logits].map((value, id) => Math.abs(value - (stepped[i]?.[id] ?? NaN)));
      expect(Math.max(...difference)).toBeLessThan(1e-4);
    }
  }
});

test("teacher forcing refuses more positions than the text has", async () => {
  await expect(bundle.models.policy.read(A, A.length + 1)).rejects.toThrow("positions of a text of 7");
});
