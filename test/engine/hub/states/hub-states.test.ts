/** States of graphs of the Hub: real exports and small graphs made here, against their own logits and matrices. */
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { wasmRuntime } from "../../../../scripts/node/runtimes.ts";
import { createCpuRuntime } from "../../../../scripts/node/cpu-runtime.ts";
import type { Dtype } from "../../../../src/core/hub.ts";
import { toFloat16, float16Bits } from "../../../../src/core/heads/float16.ts";
import type { Unembedding } from "../../../../src/core/heads/unembedding.ts";
import {
  FLOAT,
  FLOAT16,
  INT64,
  model,
  node,
  port,
  tensor,
  type Message,
} from "../../../../src/engine/gguf/onnx-writer.ts";
import { folderFiles } from "../../../../src/engine/hub/folder-files.ts";
import { readGraph } from "../../../../src/engine/hub/graph.ts";
import type { HubModel } from "../../../../src/engine/hub/hub-model.ts";
import { openHubModel } from "../../../../src/engine/hub/open-model.ts";
import { appendStates } from "../../../../src/engine/hub/states/append-states.ts";
import { vocabularyHead } from "../../../../src/engine/hub/states/vocabulary-head.ts";
import type { GraphSpec, Runtime } from "../../../../src/engine/onnx/runtime.ts";
import { randomModel, type RandomShape } from "../../../random-model.ts";
import { fetchFixture, openFixture } from "../hub-models.ts";

type Causal = HubModel & { kind: "causal" };

let runtimes: Readonly<Record<"wasm" | "cpu", Runtime>>;
beforeAll(async () => void (runtimes = { wasm: await wasmRuntime(1), cpu: createCpuRuntime("test", 1) }));
afterAll(async () => {
  await runtimes.wasm.dispose();
  await runtimes.cpu.dispose();
});

function causal(opened: HubModel): Causal {
  if (opened.kind !== "causal") throw new Error(`${opened.id} is a ${opened.kind}`);
  return opened;
}

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

async function random(hasCache: boolean): Promise<Causal> {
  const fetched = await fetchFixture(folderFiles("random", randomModel({ ...SMALL, hasCache })), "q4");
  return causal(
    await openHubModel(fetched, {
      runtime: runtimes.wasm,
      limits: { backend: "wasm", maxBufferBytes: null, budgetBytes: null },
      usedBytes: 0,
      plan: { rows: 2, tokens: 64, promptTokens: 32 },
    }),
  );
}

/** <W_U[token], state>, by the rows of the matrix one at a time. */
function product({ hidden, rowOf }: Unembedding, state: ArrayLike<number>, token: number): number {
  const row = new Float64Array(hidden);
  rowOf(token, row);
  return row.reduce((sum, each, i) => sum + each * state[i]!, 0);
}

const TEXT = [5, 17, 200, 33, 8, 91, 4, 250];
const TOKENS = [0, 1, 99, 250, 319];

/** Every way of reading a text gives states whose product with W_U are the logits. */
async function expectStates({ model: policy, unembedding }: Causal): Promise<void> {
  expect(policy.states).toMatchObject({ layer: null });
  const rows = await unembedding!();
  expect(rows.hidden).toBe(policy.states?.hidden);
  const agree = (state: ArrayLike<number>, logits: ArrayLike<number>): void => {
    for (const token of TOKENS) expect(Math.abs(product(rows, state, token) - logits[token]!)).toBeLessThan(2e-4);
  };
  const read = (await policy.readStates?.(TEXT, 3)) ?? [];
  expect(read).toHaveLength(3);
  for (const { hidden, middle, logits } of read) {
    expect(middle).toBeNull();
    agree(hidden, logits);
  }
  const batch = await policy.open([TEXT.slice(0, 3), TEXT.slice(0, 6)], { states: "all" });
  const check = (row: number): void => agree(batch.state!(row).hidden, batch.logits(row));
  for (const row of [0, 1]) check(row);
  await batch.step([33, 4]);
  await batch.select([1, 0, 1]);
  for (const row of [0, 1, 2]) check(row);
  await batch.step([7, 8, 250]);
  await batch.replace!([250, 9, 7]);
  for (const row of [0, 1, 2]) check(row);
  const [alone] = (await policy.readStates?.(TEXT, 1)) ?? [];
  alone!.hidden.forEach((each, i) => expect(Math.abs(each - batch.state!(0).hidden[i]!)).toBeLessThan(1e-4));
  // A token that was taken back leaves nothing behind.
  await batch.step([1, 1, 1]);
  const [longer] = await policy.read([...TEXT, 1], 1);
  longer!.forEach((each, i) => expect(Math.abs(each - batch.logits(0)[i]!)).toBeLessThan(1e-4));
  batch.dispose();
}

describe("the states of exports of the Hub", () => {
  const exports: readonly [string, Dtype][] = [
    ["llama-instruct", "fp32"],
    ["llama-instruct", "q4"],
    ["llama-instruct-external", "fp32"],
    ["qwen2-instruct", "q4"],
    ["gpt2", "fp32"],
    ["gpt2", "q4"],
  ];
  it.each(exports)("are what the logits are made of: %s as %s", async (name, dtype) => {
    await expectStates(causal(await openFixture(runtimes.wasm, name, dtype)));
  });

  it.each([true, false])("also with a shared cache, and without any (%s)", async (hasCache) => {
    await expectStates(await random(hasCache));
  });
});

/** ids [rows, length] -> embedding -> a product -> logits, with what the case puts between. */
interface Small {
  readonly type?: "float32" | "float16";
  readonly isTied?: boolean;
  readonly bias?: boolean;
  readonly curve?: boolean;
}

const [V, H] = [6, 4];
const at = (i: number): number => Math.sin(3 * i + 1);

function smallGraph({ type = "float32", isTied = false, bias = false, curve = false }: Small): Uint8Array {
  const isHalf = type === "float16";
  const numbers = (count: number, from: number) => Float32Array.from({ length: count }, (_, i) => at(from + i));
  const matrix = (name: string, dims: readonly number[], from: number): Message => {
    const values = numbers(V * H, from);
    return isHalf
      ? tensor(name, FLOAT16, dims, Uint16Array.from(values, float16Bits))
      : tensor(name, FLOAT, dims, values);
  };
  const last = curve ? "tanh" : bias ? "biased" : "product";
  return concatenated(
    model({
      nodes: [
        node("Gather", ["table", "input_ids"], ["state"]),
        ...(isTied ? [node("Transpose", ["table"], ["turned"])] : []),
        node("MatMul", ["state", isTied ? "turned" : "matrix"], ["product"]),
        ...(bias ? [node("Add", ["product", "bias"], ["biased"])] : []),
        ...(curve ? [node("Tanh", [bias ? "biased" : "product"], ["tanh"])] : []),
        node("Cast", [last], ["logits"], { ints: { to: FLOAT } }),
      ],
      weights: [
        matrix("table", [V, H], 0),
        ...(isTied ? [] : [matrix("matrix", [H, V], 100)]),
        ...(bias ? [tensor("bias", isHalf ? FLOAT16 : FLOAT, [V], isHalf ? new Uint16Array(V) : numbers(V, 50))] : []),
      ],
      inputs: [port("input_ids", INT64, ["rows", "length"]), port("attention_mask", INT64, ["rows", "length"])],
      outputs: [port("logits", FLOAT, ["rows", "length", V])],
    }),
  );
}

function concatenated(parts: Message): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

const SPEC: GraphSpec = { output: "logits", each: "position", cache: null, outputShape: [V] };

async function run(backend: "wasm" | "cpu", file: Uint8Array, states: GraphSpec["states"]) {
  const session = await runtimes[backend].createSession(file, { ...SPEC, ...(states !== undefined && { states }) });
  const rows = session.open(2, 0);
  const into = new Float32Array(3 * V);
  const found = { hidden: new Float32Array(3 * H), middle: null };
  await rows.forward({
    rows: 2,
    columns: 3,
    total: 3,
    ids: Int32Array.of(0, 1, 2, 3, 4, 5),
    lengths: [3, 3],
    picks: [5, 0, 4],
    into,
    ...(states !== undefined && { states: found }),
  });
  rows.dispose();
  await session.dispose();
  return { logits: into, hidden: found.hidden };
}

describe("a graph with states behind its last byte", () => {
  it.each(["wasm", "cpu"] as const)(
    "gives the same logits bit for bit, and the picked states (%s)",
    async (backend) => {
      const file = smallGraph({});
      const head = vocabularyHead(file, new Map());
      expect(head).toMatchObject({ state: "state", hidden: H, vocabulary: V });
      const longer = appendStates(file, head!);
      expect([...longer.subarray(0, file.byteLength)]).toEqual([...file]);
      expect(longer.byteLength - file.byteLength).toBeLessThan(200);
      expect(readGraph("small", longer).outputs.map(({ name }) => name)).toEqual(["logits", "hidden"]);
      const plain = await run(backend, file, undefined);
      const { logits, hidden } = await run(backend, longer, { hidden: H, layer: null });
      expect(logits).toEqual(plain.logits);
      expect([...hidden]).toEqual([5, 0, 4].flatMap((id) => [0, 1, 2, 3].map((i) => Math.fround(at(id * H + i)))));
    },
  );

  it.each([
    [{ isTied: true }, (token: number, i: number) => at(token * H + i)],
    [{ bias: true }, (token: number, i: number) => at(100 + i * V + token)],
    [{ type: "float16" }, (token: number, i: number) => toFloat16(at(100 + i * V + token))],
  ] as const)("has the rows of its matrix: %o", async (shape, wanted) => {
    const file = smallGraph(shape);
    const head = vocabularyHead(file, new Map());
    const { rowOf } = head!.unembedding();
    const row = new Float64Array(H);
    for (let token = 0; token < V; token++) {
      rowOf(token, row);
      row.forEach((each, i) => expect(each).toBeCloseTo(wanted(token, i), 6));
    }
    const { hidden } = await run("wasm", appendStates(file, head!), { hidden: H, layer: null });
    expect(hidden[0]).toBeCloseTo(at(5 * H), 2);
  });

  test("is not made where a curve follows the product, which no reward could be added before", () => {
    expect(vocabularyHead(smallGraph({ curve: true }), new Map())).toBeNull();
  });
});
