/** Models of the Hub's architectures on WebGPU (software adapter): checked against the processor, and steered. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SourceId, SourceSpec } from "../../src/core/sources/spec.ts";
import type { RunEvent, RunRequest } from "../../src/core/types.ts";
import type { ModelWish } from "../../workers/protocol.ts";
import { openLab, type Lab } from "../../scripts/lab/open.ts";
import { startHubServer, type HubServer } from "../hub-server.ts";
import { holdRuntime } from "./beside-runtime.ts";

let lab: Lab;
let server: HubServer;
beforeAll(async () => {
  server = await startHubServer({ folder: "test/fixtures/hub/models" });
  lab = await openLab({ models: "test/fixtures/tiny", gpu: "software" });
  await holdRuntime(lab.page);
}, 240_000);
afterAll(async () => {
  await lab.close();
  await server.close();
});

const wish = (name: string, dtype: ModelWish["dtype"] = null): ModelWish => ({
  address: { kind: "hub", id: `test/${name}`, mirror: server.base },
  dtype,
});

/** A model that steers and, where there is one, its smaller or older sibling. */
type Pair = readonly [strong: string, weak?: string];

/** By the ratio of the pair, or where there is no sibling by one model under two instructions. */
function sourceOf([strong, weak]: Pair, index: number): SourceSpec {
  const id: SourceId = `s${index + 1}`;
  return weak === undefined
    ? { id, name: "contrast", type: "contrastive", model: strong, better: "Be kind.", worse: "Be rude." }
    : { id, name: "ratio", type: "sibling-ratio", strong, weak, criteria: "" };
}

/** A plain lane, and one for each pair. */
function steered(pairs: readonly Pair[]): RunRequest {
  const sources = pairs.map(sourceOf);
  const sampling = { plausible: 0, temperature: 0, topK: 0, topP: 1, minP: 0 };
  return {
    version: 1,
    kind: "advice",
    prompt: "How do I mend a kettle?",
    seed: 3,
    maxTokens: 8,
    suppressEnd: true,
    sources,
    lanes: [
      { name: "plain", strategy: { id: "base" }, sampling },
      ...sources.map(({ id }) => ({
        name: id,
        strategy: { id: "genarm", beta: 0.5, weights: { [id]: 1 } } as const,
        sampling,
      })),
    ],
  };
}

const isClassifier = (id: string): boolean => /bert/.test(id);

const tokensOf = (events: readonly RunEvent[]): (readonly number[])[] =>
  events.flatMap((event) => (event.type === "sample" ? [event.result.tokens] : []));

test.each([
  [
    "Llama, 4-bit with a sibling in full precision,",
    [
      ["llama-instruct", "q4"],
      ["llama-base", "fp32"],
    ],
    [["test/llama-instruct", "test/llama-base"]],
  ],
  [
    "Llama with its weights beside the graph, and a 4-bit sibling,",
    [
      ["llama-instruct-external", null],
      ["llama-base", "q4"],
    ],
    [["test/llama-instruct-external", "test/llama-base"]],
  ],
  ["Qwen2 with biases and a padded vocabulary", [["qwen2-instruct", "fp32"]], [["test/qwen2-instruct"]]],
  [
    "GPT-2 with its smaller sibling, beside classifiers of BERT's kinds,",
    [
      ["gpt2", "q4"],
      ["distilgpt2", "fp32"],
      ["distilbert-sentiment", null],
      ["bert-toxic", null],
    ],
    [["test/gpt2", "test/distilgpt2"]],
  ],
] as const)(
  "%s writes the same on WebGPU as on WebAssembly, plain and steered",
  async (_, names, pairs: readonly Pair[]) => {
    const lineup = names.map(([name, dtype]) => wish(name, dtype));
    const ids = names.map(([name]) => `test/${name}`);
    const request = steered(pairs);
    await lab.restart();
    await lab.load("wasm", lineup);
    const expected = await lab.run(request);
    expect(expected.at(-1)).toMatchObject({ type: "finished", reason: "done" });
    await lab.restart();
    const { device, lineup: found } = await lab.load("webgpu", lineup);
    expect(device).toMatchObject({ backend: "webgpu", isSoftware: true });
    expect(found?.models.map(({ kind }) => kind)).toEqual(
      ids.map((id) => (isClassifier(id) ? "classifier" : "causal")),
    );
    // A model that writes also has the same likeliest token as on the processor.
    for (const { kind, check } of found?.models ?? [])
      expect(check).toMatchObject({ status: "agrees", ...(kind === "causal" && { hasSameTop: true }) });
    const run = await lab.run(request);
    expect(run.at(-1)).toMatchObject({ type: "finished", reason: "done" });
    expect(tokensOf(run)).toEqual(tokensOf(expected));
    expect(tokensOf(run)).toHaveLength(1 + pairs.length);
  },
  90_000,
);
