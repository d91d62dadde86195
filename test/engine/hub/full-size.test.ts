/**
 * Two random models of SmolLM2-135M's shape, 198 MB each, made here: one writes, the other steers, on WebAssembly and
 * within the memory that was announced. About 20 seconds on one thread.
 */
import { expect, test } from "vitest";
import type { RunEvent, RunRequest } from "../../../src/core/types.ts";
import { decode } from "../../../src/engine/decode.ts";
import { folderSource } from "../../../src/engine/hub/folder-source.ts";
import { modelsOfLineup } from "../../../src/engine/hub/lineup-models.ts";
import { openLineup } from "../../../src/engine/hub/lineup.ts";
import { ModelCache } from "../../../src/engine/hub/model-cache.ts";
import { memoryShelf } from "../../../src/engine/hub/shelf.ts";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { randomModel, SMOLLM2_135M } from "../../random-model.ts";

const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0 };
const request: RunRequest = {
  version: 1,
  kind: "advice",
  prompt: "How do I mend a kettle?",
  seed: 1,
  maxTokens: 6,
  suppressEnd: true,
  sources: [{ id: "s1", name: "ratio", type: "sibling-ratio", strong: "sibling", weak: "policy", criteria: "" }],
  lanes: [
    { name: "plain", strategy: { id: "base" }, sampling },
    { name: "ratio", strategy: { id: "genarm", beta: 0.5, weights: { s1: 1 } }, sampling },
  ],
};

test("a model of full size is steered by a second one within the announced memory", async () => {
  const runtime = await wasmRuntime();
  const source = (name: string, seed: number) => folderSource(name, randomModel({ ...SMOLLM2_135M, seed }));
  const lineup = await openLineup(
    [
      { source: source("writer", 1), dtype: "q4" },
      { source: source("sibling", 2), dtype: "q4" },
    ],
    {
      runtime,
      limits: { backend: "wasm", maxBufferBytes: null, budgetBytes: 1e9 },
      plan: { rows: 2, tokens: 64, promptTokens: 32 },
      fetching: {
        cache: new ModelCache(memoryShelf()),
        device: { backend: "wasm", hasF16: false },
        timing: { now: () => 0, sleep: () => new Promise(() => undefined) },
        signal: new AbortController().signal,
        freeBytes: async () => null,
      },
      onProgress: () => undefined,
      startReference: null,
    },
  );
  expect(lineup.vocabSize).toBe(49_152);
  const device = { backend: "wasm", adapter: "", isSoftware: false, threads: 1, fallbackReason: null } as const;
  const models = await modelsOfLineup(lineup, device);
  const control = {
    signal: new AbortController().signal,
    now: () => 0,
    turn: async () => undefined,
    takeChanges: () => [],
  };
  const events: RunEvent[] = [];
  for await (const event of decode("r", request, models, control)) events.push(event);
  expect(events.at(-1)).toMatchObject({ type: "finished", reason: "done" });
  const texts = events.flatMap((event) => (event.type === "sample" ? [event.result.tokens] : []));
  expect(texts.map((tokens) => tokens.length)).toEqual([6, 6]);
  expect(texts[0]).not.toEqual(texts[1]);

  const [first, second] = [...lineup.loaded.values()].map(({ need }) => need);
  if (first === undefined || second === undefined) throw new Error("two models were loaded");
  const announced = first.weightBytes + first.cacheBytes + first.logitBytes + second.peakBytes;
  const { heapBytes } = runtime.memory();
  expect(heapBytes).toBeLessThanOrEqual(announced);
  // The figure is no wild guess either.
  expect(heapBytes).toBeGreaterThan(announced / 2);
  await runtime.dispose();
}, 180_000);
