/** What is told from a graph's bytes, and how graphs of other kinds are refused. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { architectureOf, type Architecture } from "../../../src/engine/hub/architecture.ts";
import { readGraph, type Graph, type Port } from "../../../src/engine/hub/graph.ts";
import { checkMemory, memoryNeed, rowNeed } from "../../../src/engine/hub/memory.ts";
import { HUB_MODELS } from "./hub-models.ts";

const NONE = { vocabulary: null, labels: null };

function fixture(name: string, file = "model.onnx"): Graph {
  return readGraph(name, new Uint8Array(readFileSync(`${HUB_MODELS}/${name}/onnx/${file}`)));
}

describe("the fixtures", () => {
  test.each<[string, Partial<Architecture>]>([
    [
      "llama-instruct",
      {
        kind: "causal",
        memory: "growing",
        columns: 384,
        cache: { layers: 2, kvHeads: 2, headDim: 8, grows: true, type: "float32" },
      },
    ],
    ["qwen2-instruct", { kind: "causal", memory: "growing", columns: 384 }],
    ["gpt2", { kind: "causal", cache: { layers: 2, kvHeads: 4, headDim: 8, grows: true, type: "float32" } }],
    ["distilbert-sentiment", { kind: "classifier", memory: "none", columns: 2, cache: null }],
    ["bert-toxic", { kind: "classifier", columns: 3 }],
  ])("%s is told from its inputs and outputs", (name, wanted) => {
    expect(architectureOf(name, fixture(name), NONE)).toMatchObject(wanted);
  });

  test("inputs beyond ids and mask are asked for", () => {
    expect(architectureOf("b", fixture("bert-toxic"), NONE).spec.extras).toEqual(["token_type_ids"]);
    expect(architectureOf("g", fixture("gpt2"), NONE).spec.extras).toEqual(["position_ids"]);
  });

  test("weights are counted, in the file or beside it, at their stored size", () => {
    const whole = fixture("llama-instruct");
    const outside = fixture("llama-instruct-external");
    expect(outside.externalFiles).toEqual(["model.onnx_data"]);
    expect(outside.weightBytes).toBe(whole.weightBytes);
    expect(whole.largestTensor.bytes).toBe(384 * 32 * 4);
    expect(fixture("llama-instruct", "model_q4.onnx").weightBytes).toBeLessThan(whole.weightBytes);
    expect(fixture("llama-instruct", "model_q4.onnx").operators.get("MatMulNBits")).toBeGreaterThan(0);
  });
});

const port = (name: string, dims: Port["dims"], type: Port["type"] = "int64"): Port => ({ name, dims, type });
const ids = port("input_ids", ["b", "s"]);
const mask = port("attention_mask", ["b", "s"]);
const logits = port("logits", ["b", "s", 50], "float32");
const past = (layer: number, dims: Port["dims"] = ["b", 2, "p", 8]): Port[] =>
  ["key", "value"].map((part) => port(`past_key_values.${layer}.${part}`, dims, "float32"));
const present = (layer: number): Port[] =>
  ["key", "value"].map((part) => port(`present.${layer}.${part}`, ["b", 2, "t", 8], "float32"));

function graph(inputs: readonly Port[], outputs: readonly Port[], reader = "Concat"): Graph {
  return {
    inputs,
    outputs,
    operators: new Map(),
    extensions: new Map(),
    readers: new Map(inputs.map(({ name }) => [name, new Set([reader])])),
    weightBytes: 0,
    largestTensor: { name: "", bytes: 0 },
    externalFiles: [],
    externalBytes: new Map(),
  };
}

test("a cache that only group-query attention reads is shared between calls", () => {
  const shared = graph([ids, mask, ...past(0)], [logits, ...present(0)], "GroupQueryAttention");
  expect(architectureOf("a", shared, NONE)).toMatchObject({ memory: "shared", cache: { grows: false } });
});

test("a causal graph without a cache reads its texts anew", () => {
  expect(architectureOf("a", graph([ids, mask], [logits]), NONE)).toMatchObject({ kind: "causal", memory: "none" });
});

test("an open size is taken from the configuration", () => {
  const open = graph([ids, mask], [port("logits", ["b", "labels"], "float32")]);
  expect(architectureOf("a", open, { vocabulary: 9, labels: 3 })).toMatchObject({ kind: "classifier", columns: 3 });
  expect(() => architectureOf("a", open, NONE)).toThrow(/neither the graph nor config.json/);
});

test("a merged decoder is refused with the file to use instead", () => {
  const merged = graph([ids, mask, ...past(0), port("use_cache_branch", [1], "bool")], [logits, ...present(0)]);
  expect(() => architectureOf("a/b", merged, NONE)).toThrow(
    expect.objectContaining({
      code: "model-unsupported",
      message: expect.stringMatching(
        /a\/b is a merged decoder \(its graph has the input "use_cache_branch"\).*Use onnx\/model\.onnx, or model_q4\.onnx/,
      ),
    }),
  );
});

test.each<[string, Graph, RegExp]>([
  [
    "another output",
    graph([ids, mask], [port("last_hidden_state", ["b", "s", 8], "float32")]),
    /no output "logits", only "last_hidden_state"/,
  ],
  [
    "an input that nobody gives",
    graph([ids, mask, port("encoder_hidden_states", ["b", "s", 8], "float32")], [logits]),
    /asks for an input "encoder_hidden_states"/,
  ],
  [
    "caches of different sizes",
    graph([ids, mask, ...past(0), ...past(1, ["b", 2, "p", 16])], [logits, ...present(0), ...present(1)]),
    /different sizes/,
  ],
  [
    "a cache without its other side",
    graph([ids, mask, ...past(0)], [logits]),
    /0.key of its cache is not both an input and an output/,
  ],
  [
    "a growing cache without positions",
    graph([ids, mask, ...past(0)], [logits, ...present(0)]),
    /no input for the positions/,
  ],
])("%s is refused by name", (_, foreign, reason) => {
  expect(() => architectureOf("a/b", foreign, NONE)).toThrow(reason);
  expect(() => architectureOf("a/b", foreign, NONE)).toThrow(/Choose a causal model or a text classifier/);
});

test.each([
  ["text", new TextEncoder().encode("<!doctype html><html></html>")],
  ["nothing", new Uint8Array(0)],
  ["a file that breaks off", new Uint8Array(readFileSync(`${HUB_MODELS}/gpt2/onnx/model.onnx`)).subarray(0, 5000)],
])("%s is no graph", (_, bytes) => {
  expect(() => readGraph("a/b", bytes)).toThrow(/is not a valid ONNX file/);
});

describe("memory", () => {
  const architecture = architectureOf("l", fixture("llama-instruct"), NONE);
  const rows = rowNeed(architecture, { rows: 4, tokens: 100, promptTokens: 20 });
  const need = memoryNeed(1000, rows, "wasm", 300);

  test("counts weights once, caches of all rows and the prompt's logits, and the files while it loads", () => {
    expect(need.cacheBytes).toBe(2 * 2 * 2 * 8 * 4 * 4 * 100 * 2);
    expect(need.logitBytes).toBe(2 * 24 * 384 * 4);
    expect(need.peakBytes).toBe(40e6 + 1000 + need.cacheBytes + need.logitBytes);
    expect(need.loadingBytes).toBe(300);
    const onCard = memoryNeed(1000, rows, "webgpu", 300);
    expect(onCard).toMatchObject({ peakBytes: 1000 + need.cacheBytes + need.logitBytes, loadingBytes: 1300 });
  });

  test("is refused with need and bound where a buffer or the budget is too small", () => {
    const largest = { largestTensor: { name: "embed", bytes: 500e6 } };
    const card = { backend: "webgpu" as const, maxBufferBytes: 256e6, budgetBytes: null };
    expect(() => checkMemory("a/b", need, largest, card, 0)).toThrow(/weight of 500 MB.*holds 256 MB/);
    const heap = { backend: "wasm" as const, maxBufferBytes: null, budgetBytes: 1e5 };
    expect(() => checkMemory("a/b", need, largest, heap, 5e6)).toThrow(/5 MB of other models.*Unload a model/);
    expect(() => checkMemory("a/b", need, largest, { ...heap, budgetBytes: 1e9 }, 5e6)).not.toThrow();
    const loading = { ...need, loadingBytes: 2e9 };
    expect(() => checkMemory("a/b", loading, largest, { ...heap, budgetBytes: 1e9 }, 0)).toThrow(
      /more than the 1000 MB/,
    );
    const huge = { ...need, peakBytes: 5e9 };
    expect(() => checkMemory("a/b", huge, largest, { ...heap, budgetBytes: null }, 0)).toThrow(/more than the 4295 MB/);
  });
});
