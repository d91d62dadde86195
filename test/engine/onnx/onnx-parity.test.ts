/** The engine on the tiny models against PyTorch, in WebAssembly and on onnxruntime-node. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { logSoftmax } from "../../../src/core/logprobs.ts";
import { openOne, type OpenedBundle } from "../../../src/engine/bundle/assemble.ts";
import type { CausalModel, RewardModel } from "../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { cpuRuntime, wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { diskFiles } from "../../../scripts/node/disk-files.ts";
import { expectedRows, openTiny, TINY } from "./onnx-tiny.ts";

const AGREEMENT = 1e-4;

interface ExpectedDistribution {
  readonly top: readonly (readonly [id: number, logprob: number])[];
  readonly mean: number;
}

function expectDistribution(distribution: Float64Array, expected: ExpectedDistribution): void {
  for (const [id, logprob] of expected.top)
    expect(Math.abs((distribution[id] ?? NaN) - logprob)).toBeLessThan(AGREEMENT);
  const mean = distribution.reduce((sum, value) => sum + value, 0) / distribution.length;
  expect(Math.abs(mean - expected.mean)).toBeLessThan(AGREEMENT);
}

function expectNumbers(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((number, index) => expect(Math.abs((found[index] ?? NaN) - number)).toBeLessThan(AGREEMENT));
}

describe.each([
  ["wasm", wasmRuntime],
  ["cpu", cpuRuntime],
])("%s", (_, start) => {
  let runtime: Runtime;
  let bundle: OpenedBundle;

  beforeAll(async () => {
    runtime = await start();
    bundle = await openTiny(runtime);
  });
  afterAll(() => runtime.dispose());

  function causal(id: string): CausalModel {
    const { policy, arms } = bundle.models;
    const found = [policy, ...[...arms.values()].map((arm) => arm.model)].find((model) => model.id === id);
    if (found === undefined) throw new Error(`no model ${id}`);
    return found;
  }

  test.each(["policy", "arm-joy", "arm-cautious"])(
    "%s gives PyTorch's distributions, ragged rows together, step by step",
    async (id) => {
      const rows = expectedRows(id);
      const batch = await causal(id).open(rows.map((row) => row.prompt));
      try {
        for (let step = 0; step <= (rows[0]?.steps.length ?? 0); step += 1) {
          if (step > 0) await batch.step(rows.map((row) => row.steps[step - 1] ?? 0));
          rows.forEach((row, index) =>
            expectDistribution(logSoftmax(batch.logits(index)), row.outputs[step] as ExpectedDistribution),
          );
        }
      } finally {
        batch.dispose();
      }
    },
  );

  test("the value model gives PyTorch's values for candidates inside and outside the look-ahead", async () => {
    const model = bundle.models.value;
    if (model === null) throw new Error("no value model");
    const rows = expectedRows(model.id);
    const batch = await model.open(
      rows.map((row) => row.prompt),
      3,
    );
    try {
      for (let step = 0; step < (rows[0]?.steps.length ?? 0); step += 1) {
        // The last step's choice is put among the candidates at another place each time.
        const chosen = rows.map((row) => row.steps[step] ?? 0);
        const values = await batch.evaluate(
          chosen.map((token, row) => (row === step % 2 ? [7, token, 9] : [token, 11, 12])),
        );
        rows.forEach((row, index) => {
          const expected = row.outputs[step + 1] as readonly number[];
          expectNumbers(values[index]?.[index === step % 2 ? 1 : 0] ?? [], expected);
        });
        // Odd steps look ahead again without the choice, so that it has to be read by itself.
        if (step % 2 === 1) await batch.evaluate(chosen.map(() => [20, 21]));
        batch.advance(chosen);
      }
    } finally {
      batch.dispose();
    }
  });

  test("the judge gives PyTorch's scores for ragged texts", async () => {
    const { judge } = bundle.models;
    if (judge === null) throw new Error("no judge");
    await expectScores(judge);
  });

  test("five judges in one file give PyTorch's scores, one forward for all", async () => {
    const part = await openOne(runtime, diskFiles(TINY), "fallible");
    if (part.kind !== "reward") throw new Error("no reward model");
    expect(part.model.members).toBe(5);
    await expectScores(part.model);
  });
});

async function expectScores(judge: RewardModel): Promise<void> {
  const texts = expectedRows(judge.id).flatMap((row) =>
    row.outputs.map((expected, step) => ({ ids: [...row.prompt, ...row.steps.slice(0, step)], expected })),
  );
  const scores = await judge.score(texts.map((text) => text.ids));
  texts.forEach(({ expected }, index) => {
    (expected as readonly (readonly number[])[]).forEach((members, objective) =>
      expectNumbers(scores[index]?.[objective] ?? [], members),
    );
  });
}
