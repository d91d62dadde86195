import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logSumExp } from "../../../src/core/logprobs.ts";
import { bytesSource } from "../../../src/engine/gguf/byte-source.ts";
import { buildGraph } from "../../../src/engine/gguf/build-graph.ts";
import type { GraphForm } from "../../../src/engine/gguf/graph-weights.ts";
import { readFacts } from "../../../src/engine/gguf/model-facts.ts";
import { readGguf } from "../../../src/engine/gguf/read-gguf.ts";
import { loadWeights } from "../../../src/engine/gguf/stored-weights.ts";
import { readGraph } from "../../../src/engine/hub/graph.ts";
import { OnnxCausalModel } from "../../../src/engine/onnx/causal.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { cpuRuntime, wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { plainForward } from "./plain-forward.ts";
import { unembeddingOf } from "../../../src/engine/gguf/unembedding.ts";
import { tinyGguf, type TinyShape } from "./tiny-gguf.ts";

const UNFOLDED: GraphForm = { kind: "unfolded" };
const FORMS: readonly (readonly [string, GraphForm])[] = [
  ["unfolded", UNFOLDED],
  ["in blocks with zero points", { kind: "blocks", minimum: "zero-point" }],
  ["in blocks with block sums", { kind: "blocks", minimum: "block-sums" }],
];
const IDS = [1, 70, 88, 3, 200, 41, 41, 7, 258, 2, 90];
const LLAMA: TinyShape = { architecture: "llama", table: "Q8_0", isTied: true };

let runtimes: Record<"wasm" | "cpu", Runtime>;
beforeAll(async () => {
  runtimes = { wasm: await wasmRuntime(1), cpu: await cpuRuntime(1) };
});
afterAll(async () => {
  await runtimes.wasm.dispose();
  await runtimes.cpu.dispose();
});

async function open(shape: TinyShape, form: GraphForm, backend: "wasm" | "cpu" = "wasm"): Promise<OnnxCausalModel> {
  const gguf = await readGguf("tiny.gguf", bytesSource(tinyGguf(shape)));
  const facts = readFacts(gguf);
  const { graph, external, spec } = buildGraph(facts, await loadWeights(gguf, facts), form);
  const session = await runtimes[backend].createSession(graph, spec, external);
  const { vocabulary: vocabSize, context } = facts;
  return new OnnxCausalModel({ id: "tiny", vocabSize, context, states: spec.states }, session);
}

function difference(found: readonly ArrayLike<number>[], expected: readonly ArrayLike<number>[]): number {
  expect(found.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  return Math.max(
    ...found.flatMap((row, i) => Array.from(row, (value, id) => Math.abs(value - (expected[i]?.[id] ?? Number.NaN)))),
  );
}

const SHAPES: readonly (readonly [string, TinyShape])[] = [
  ["llama, table of Q8_0, tied", LLAMA],
  ["llama, table of Q6_K, tied", { ...LLAMA, table: "Q6_K" }],
  ["llama, table of F16, own head", { ...LLAMA, table: "F16", isTied: false }],
  ["llama, all of Q4_1", { ...LLAMA, table: "Q4_1", type: "Q4_1" }],
  ["llama, all of F32, tied", { ...LLAMA, table: "F32", type: "F32" }],
  ["llama, all of F16, own head", { ...LLAMA, table: "F16", type: "F16", isTied: false }],
  ["llama with stretched positions", { ...LLAMA, table: "F32", hasDivisors: true }],
  ["qwen2 with biases", { architecture: "qwen2", table: "Q4_0", isTied: true }],
  ["qwen2, own head", { architecture: "qwen2", table: "Q4_1", isTied: false, seed: 5 }],
];

/** Plain arithmetic is slow, and the same for every form of a graph. */
const plainLogits = new Map<TinyShape, readonly ArrayLike<number>[]>();
function expectedOf(shape: TinyShape): readonly ArrayLike<number>[] {
  const logits = plainLogits.get(shape) ?? plainForward(shape)(IDS);
  plainLogits.set(shape, logits);
  return logits;
}

it("gives the log-probabilities of a text's last tokens, which its logits say", async () => {
  const model = await open(LLAMA, UNFOLDED);
  const logits = await model.read(IDS.slice(0, -1), 4);
  const expected = logits.map((row, t) => row[IDS.at(t - 4)!]! - logSumExp(row));
  const found = await model.readLogprobs(IDS, 4);
  expect(found).toHaveLength(4);
  for (const [t, logprob] of found.entries()) expect(logprob).toBeCloseTo(expected[t]!, 5);
  await expect(model.readLogprobs(IDS, IDS.length)).rejects.toThrow(RangeError);
});

it("reads a long text in stretches, to the same logits, log-probabilities and states", async () => {
  const model = await open(LLAMA, UNFOLDED);
  const long = [...IDS, ...IDS, ...IDS, ...IDS, ...IDS, ...IDS, ...IDS];
  const [beginning, ending] = [long.slice(0, 5), long.slice(5)];
  const logits = await model.read(long, 70);
  const states = (await model.readStates!(long, 70)).map(({ hidden }) => hidden);
  const logprobs = await model.readLogprobs(long, 70);
  const endings = [];
  for await (const each of model.readEndings!(beginning, [ending])) endings.push(...each.map((row) => row.slice()));
  for (const at of [0, 31, 32, 63, 64, 69]) {
    const text = long.slice(0, long.length - 69 + at);
    const [alone] = await model.readStates!(text, 1);
    expect(difference([logits[at]!, states[at]!], [alone!.logits, alone!.hidden])).toBeLessThan(1e-4);
    const place = text.length - beginning.length;
    if (place >= 0) expect(difference([endings[place]!], [alone!.logits])).toBeLessThan(1e-4);
    // The log-probabilities are those of the last 70 tokens: the first is of the token after 7.
    const after = text.length - 7;
    const next = long[text.length];
    if (next !== undefined) expect(logprobs[after]).toBeCloseTo(alone!.logits[next]! - logSumExp(alone!.logits), 4);
  }
});

it("asks a card for no operator that runs on the processor, nor for shaders of 16 bits", async () => {
  for (const type of ["F32", "F16"] as const) {
    const gguf = await readGguf("tiny.gguf", bytesSource(tinyGguf({ ...LLAMA, table: type, type })));
    const facts = readFacts(gguf);
    const weights = await loadWeights(gguf, facts);
    const form: GraphForm = { kind: "blocks", minimum: "block-sums" };
    const { graph, external, weightBytes } = buildGraph(facts, weights, form);
    expect([...readGraph("tiny", graph).operators.keys()]).not.toContain("FusedMatMul");
    expect(external.filter(({ path }) => path.startsWith("token_embd"))).toHaveLength(1);
    const params = [...gguf.tensors.values()].reduce((sum, { rows, columns }) => sum + rows * columns, 0);
    expect(weightBytes).toBeLessThan(4.1 * params);
  }
});

describe.each(SHAPES)("a graph from a GGUF file: %s", (_, shape) => {
  it.each(FORMS)("gives the logits of plain arithmetic, %s", async (_name, form) => {
    const model = await open(shape, form);
    const expected = expectedOf(shape);
    expect(Math.max(...expected.flatMap((row) => Array.from(row, Math.abs)))).toBeGreaterThan(1);
    expect(difference(await model.read(IDS, IDS.length), expected)).toBeLessThan(1e-4);
  });
});

describe("a graph from a GGUF file", () => {
  it("takes whole numbers of 32 bits, none as wide as the text, and works out the ends of rows itself", async () => {
    const gguf = await readGguf("tiny.gguf", bytesSource(tinyGguf(LLAMA)));
    const facts = readFacts(gguf);
    const { inputs, readers } = readGraph("tiny", buildGraph(facts, await loadWeights(gguf, facts), UNFOLDED).graph);
    expect(inputs.flatMap(({ name, type, dims }) => (type === "float32" ? [] : [[name, type, ...dims]]))).toEqual([
      ["input_ids", "int32", "batch", "columns"],
      ["lengths", "int32", "batch"],
      ["longest", "int32", 1],
      ["picks", "int32", "count"],
    ]);
    expect([...(readers.get("lengths") ?? [])]).toEqual(["Add"]);
    expect([...(readers.get("longest") ?? [])]).toEqual(["GroupQueryAttention"]);
  });

  it("gives the same on onnxruntime-node, which gets the weights as files as well", async () => {
    const expected = expectedOf(LLAMA);
    for (const [, form] of FORMS) {
      const model = await open(LLAMA, form, "cpu");
      expect(difference(await model.read(IDS, IDS.length), expected)).toBeLessThan(1e-4);
    }
  });

  it("divides positions where the file says so", async () => {
    const fields = { "llama.rope.scaling.type": "linear", "llama.rope.scaling.factor": 4 };
    const model = await open({ ...LLAMA, fields }, UNFOLDED);
    const found = await model.read(IDS, IDS.length);
    expect(difference(found, plainForward(LLAMA, 4)(IDS))).toBeLessThan(1e-4);
    expect(difference(found, expectedOf(LLAMA))).toBeGreaterThan(1e-2);
  });

  it.each(FORMS)("gives token by token, in uneven rows, what it gives for whole texts: %s", async (_, form) => {
    const model = await open(LLAMA, form);
    const prefixes = [IDS.slice(0, 7), IDS.slice(0, 2), IDS.slice(3, 8)];
    const batch = await model.open(prefixes);
    const texts = prefixes.map((prefix) => [...prefix]);
    for (const next of [
      [9, 80, 81],
      [200, 7, 3],
      [44, 45, 46],
    ]) {
      await batch.step(next);
      for (const [row, text] of texts.entries()) {
        text.push(next[row] ?? 0);
        const alone = await model.read(text, 1);
        expect(difference([batch.logits(row)], alone)).toBeLessThan(1e-4);
      }
    }
    await batch.select([2, 0]);
    await batch.step([5, 6]);
    expect(difference([batch.logits(0)], await model.read([...(texts[2] ?? []), 5], 1))).toBeLessThan(1e-4);
    batch.dispose();
  });

  it.each([
    ["wasm", LLAMA],
    ["cpu", LLAMA],
    ["wasm", { ...LLAMA, table: "F16", isTied: false }],
    ["wasm", { architecture: "qwen2", table: "Q4_1", isTied: false, seed: 5 }],
  ] as const)(
    "gives its states on %s: the middle one of plain arithmetic, and the last, whose product are the logits",
    async (backend, shape) => {
      const model = await open(shape, UNFOLDED, backend);
      const middle: Float64Array[] = [];
      plainForward(shape, 1, (block, position, x) => {
        if (block === model.states?.layer) middle[position] = x;
      })(IDS);
      const found = (await model.readStates?.(IDS, IDS.length)) ?? [];
      expect(
        difference(
          found.map((each) => each.middle!),
          middle,
        ),
      ).toBeLessThan(1e-4);
      expect(
        difference(
          found.map((each) => each.logits),
          expectedOf(shape),
        ),
      ).toBeLessThan(1e-4);
      const gguf = await readGguf("tiny.gguf", bytesSource(tinyGguf(shape)));
      const facts = readFacts(gguf);
      const { hidden, rowOf } = unembeddingOf(facts, await loadWeights(gguf, facts));
      const row = new Float64Array(hidden);
      for (const { hidden: state, logits } of found) {
        for (const token of [0, 70, 258]) {
          rowOf(token, row);
          const product = row.reduce((sum, value, i) => sum + value * (state[i] ?? NaN), 0);
          expect(product).toBeCloseTo(logits[token] ?? NaN, 3);
        }
      }
    },
  );

  it("gives each row its own states, step by step, and after rows were chosen anew", async () => {
    const model = await open(LLAMA, UNFOLDED);
    const texts = [IDS.slice(0, 7), IDS.slice(0, 2)];
    const batch = await model.open(texts, { states: "all" });
    const check = async (row: number, text: readonly number[]): Promise<void> => {
      const [alone] = (await model.readStates?.(text, 1)) ?? [];
      const own = batch.state?.(row);
      expect(
        difference([own?.hidden ?? [], own?.middle ?? []], [alone?.hidden ?? [], alone?.middle ?? []]),
      ).toBeLessThan(1e-4);
    };
    await batch.step([9, 80]);
    await check(0, [...(texts[0] ?? []), 9]);
    await batch.select([1, 0, 1]);
    await check(2, [...(texts[1] ?? []), 80]);
    await batch.step([5, 6, 7]);
    await check(0, [...(texts[1] ?? []), 80, 5]);
    expect(() => batch.state?.(3)).toThrow(/row 3 of 3/);
    batch.dispose();
    expect((await model.open([[1]])).state).toBeUndefined();
  });

  it("refuses a file in which a tensor is missing or has other sizes than its fields say", async () => {
    const wrong = { ...LLAMA, fields: { "llama.feed_forward_length": 256 } };
    await expect(open(wrong, UNFOLDED)).rejects.toThrow("blk.0.ffn_gate.weight is 512 x 256 and should be 256 x 256");
    const more = { ...LLAMA, fields: { "llama.block_count": 3 } };
    await expect(open(more, UNFOLDED)).rejects.toThrow("it has no tensor blk.2.attn_norm.weight");
  });
});
