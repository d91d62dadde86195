/** The bundled policy with its states: the numbers of its card still hold, and its states make its logits. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { diskFiles } from "../../../../scripts/node/disk-files.ts";
import { wasmRuntime } from "../../../../scripts/node/runtimes.ts";
import { openBundle } from "../../../../src/engine/bundle/assemble.ts";
import { bundledStates } from "../../../../src/engine/hub/states/bundled-states.ts";
import type { Models } from "../../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../../src/engine/onnx/runtime.ts";

let runtime: Runtime;
let models: Models;
beforeAll(async () => {
  runtime = await wasmRuntime(1);
  const { backend, adapter, isSoftware, threads } = runtime;
  const device = { backend, adapter, isSoftware, threads, fallbackReason: null };
  const { signal } = new AbortController();
  const options = { ids: ["policy"], signal, onProgress: () => undefined, giveStates: bundledStates };
  models = (await openBundle(runtime, device, diskFiles("public/models"), options)).models;
}, 60_000);
afterAll(() => runtime.dispose());

it("is known by its vocabulary, and gives states whose product with W_U are the logits", async () => {
  expect(await models.teaching!.identity()).toMatchObject({ hidden: 256, vocabulary: 4096 });
  const { hidden, rowOf, vocabulary } = await models.teaching!.unembedding();
  expect([hidden, vocabulary]).toEqual([256, 4096]);
  const { policy } = models;
  const text = models.promptIds(policy.id, {
    kind: "story",
    prompt: "A cat sat by the sea.",
    instruction: null,
    system: "",
    turns: [],
  });
  const states = (await policy.readStates?.(text, 2)) ?? [];
  expect(states).toHaveLength(2);
  const row = new Float64Array(hidden);
  for (const { hidden: state, logits } of states) {
    for (let token = 0; token < vocabulary; token += 97) {
      rowOf(token, row);
      const product = row.reduce((sum, each, i) => sum + each * state[i]!, 0);
      expect(Math.abs(product - logits[token]!)).toBeLessThan(1e-3);
    }
  }
});
