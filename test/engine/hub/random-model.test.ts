/** Graphs with a shared cache, and without any, of our own making: every way of reading a text gives one distribution. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderFiles } from "../../../src/engine/hub/folder-files.ts";
import { openHubModel } from "../../../src/engine/hub/open-model.ts";
import type { CausalModel } from "../../../src/engine/interfaces.ts";
import type { OnnxCausalModel } from "../../../src/engine/onnx/causal.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { randomModel, type RandomShape } from "../../random-model.ts";
import { fetchFixture } from "./hub-models.ts";

const SMALL: RandomShape = {
  layers: 2,
  hidden: 64,
  heads: 4,
  kvHeads: 2,
  intermediate: 96,
  vocabulary: 320,
  context: 256,
  seed: 7,
};

let runtime: Runtime;
beforeAll(async () => void (runtime = await wasmRuntime()));
afterAll(() => runtime.dispose());

async function open(shape: RandomShape): Promise<CausalModel> {
  const opened = await openHubModel(await fetchFixture(folderFiles("random", randomModel(shape)), "q4"), {
    runtime,
    limits: { backend: "wasm", maxBufferBytes: null, budgetBytes: null },
    usedBytes: 0,
    plan: { rows: 2, tokens: 64, promptTokens: 32 },
  });
  if (opened.kind !== "causal") throw new Error("not causal");
  return opened.model;
}

const text = Array.from({ length: 40 }, (_, index) => (index * 37) % 320);

function expectNear(found: ArrayLike<number> | undefined, wanted: ArrayLike<number>): void {
  expect(found?.length).toBe(wanted.length);
  const most = Math.max(...Array.from(wanted, (value, id) => Math.abs(value - (found?.[id] ?? Number.NaN))));
  expect(most).toBeLessThan(1e-4);
}

test("cached and uncached, ragged and single, stepped, forked and whole agree", async () => {
  const cached = await open(SMALL);
  const bare = await open({ ...SMALL, hasCache: false });
  expect([(cached as OnnxCausalModel).memory, (bare as OnnxCausalModel).memory]).toEqual(["shared", "none"]);
  const [distribution] = await bare.read(text, 1);
  if (distribution === undefined) throw new Error("no distribution");
  // Other texts have other distributions, or nothing would be shown here.
  expect(Math.abs((distribution[0] ?? 0) - ((await bare.read(text.slice(1), 1))[0]?.[0] ?? 0))).toBeGreaterThan(1e-3);
  for (const model of [cached, bare]) {
    expectNear((await model.read(text, 3)).at(-1), distribution);
    const batch = await model.open([text.slice(0, 30), text.slice(5, 12), text.slice(0, 30)]);
    for (const token of text.slice(30, 35)) await batch.step([token, 1, token]);
    await batch.select([1, 2, 2]);
    for (const token of text.slice(35)) await batch.step([2, token, token]);
    expectNear(batch.logits(1), distribution);
    expectNear(batch.logits(2), distribution);
    const [other] = await bare.read([...text.slice(5, 12), 1, 1, 1, 1, 1, 2, 2, 2, 2, 2], 1);
    expectNear(batch.logits(0), other ?? []);
    batch.dispose();
  }
});
