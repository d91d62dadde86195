/** Products unfolded to float32 against the runtime's own kernel on the same packed weights. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wasmRuntime } from "../../../../scripts/node/runtimes.ts";
import { FLOAT, model, node, port, tensor, UINT8, type Message } from "../../../../src/engine/gguf/onnx-writer.ts";
import { readGraph } from "../../../../src/engine/hub/graph.ts";
import { prepareGraph, type PreparedGraph } from "../../../../src/engine/hub/unfold/prepare-graph.ts";
import type { GraphSpec, Runtime } from "../../../../src/engine/onnx/runtime.ts";

const MICROSOFT = { domain: "com.microsoft" } as const;
const SPEC: GraphSpec = { output: "logits", each: "position", cache: null };

interface Case {
  readonly rows: number;
  readonly columns: number;
  readonly bits: 4 | 8;
  readonly block: number;
  readonly zeros: "none" | "codes" | "fractions";
  readonly bias?: boolean;
}

let state = 7;
/** A plain generator in [0, 1), so that a failure can be repeated. */
const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
const bytes = (count: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length: count }, () => next() * 256);
const floats = (count: number, from: number, to: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: count }, () => from + (to - from) * next());

/** Ids choose rows of a table, which go through the product. */
async function graphOf({ rows, columns, bits, block, zeros, bias = false }: Case): Promise<Uint8Array> {
  const blocks = Math.ceil(columns / block);
  const weights: Message[] = [
    tensor("table", FLOAT, [50, columns], floats(50 * columns, -1, 1)),
    tensor("packed", UINT8, [rows, blocks, (block * bits) / 8], bytes((rows * blocks * block * bits) / 8)),
    tensor("scales", FLOAT, [rows * blocks], floats(rows * blocks, 0.01, 0.1)),
  ];
  const points = zeros === "none" ? "" : "zeros";
  if (zeros === "codes")
    weights.push(
      tensor("zeros", UINT8, [rows * Math.ceil((blocks * bits) / 8)], bytes(rows * Math.ceil((blocks * bits) / 8))),
    );
  if (zeros === "fractions") weights.push(tensor("zeros", FLOAT, [rows * blocks], floats(rows * blocks, 0, 2 ** bits)));
  if (bias) weights.push(tensor("bias", FLOAT, [rows], floats(rows, -1, 1)));
  const inputs = [
    "found",
    "packed",
    "scales",
    ...(points === "" && !bias ? [] : [points]),
    ...(bias ? ["", "bias"] : []),
  ];
  const parts = model({
    nodes: [
      node("Gather", ["table", "input_ids"], ["found"], { ints: { axis: 0 } }),
      node("MatMulNBits", inputs, ["logits"], { ...MICROSOFT, ints: { K: columns, N: rows, bits, block_size: block } }),
    ],
    weights,
    inputs: [port("input_ids", 7, ["batch", "sequence"]), port("attention_mask", 7, ["batch", "sequence"])],
    outputs: [port("logits", FLOAT, ["batch", "sequence", rows])],
  });
  return new Uint8Array(await new Blob([...parts]).arrayBuffer());
}

describe("a product of 4 or 8 bits", () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await wasmRuntime();
  });
  afterAll(() => runtime.dispose());

  async function run(
    { graph, external }: Pick<PreparedGraph, "graph" | "external">,
    rows: number,
  ): Promise<Float32Array> {
    const session = await runtime.createSession(graph, { ...SPEC, outputShape: [rows] }, external);
    const device = session.open(1, 0);
    const into = new Float32Array(3 * rows);
    const ids = Int32Array.of(3, 41, 7);
    await device.forward({ rows: 1, columns: 3, total: 3, ids, lengths: [3], picks: [0, 1, 2], into });
    device.dispose();
    await session.dispose();
    return into;
  }

  const cases: readonly Case[] = [
    { rows: 48, columns: 64, bits: 4, block: 32, zeros: "none" },
    { rows: 48, columns: 96, bits: 4, block: 32, zeros: "codes" },
    { rows: 17, columns: 64, bits: 4, block: 16, zeros: "fractions" },
    { rows: 33, columns: 80, bits: 4, block: 32, zeros: "none" },
    { rows: 33, columns: 80, bits: 4, block: 32, zeros: "codes" },
    { rows: 16, columns: 64, bits: 8, block: 32, zeros: "none" },
    { rows: 16, columns: 64, bits: 8, block: 32, zeros: "codes" },
    { rows: 16, columns: 64, bits: 4, block: 32, zeros: "none", bias: true },
  ];

  it.each(cases)(
    "of $rows x $columns, $bits bits, blocks of $block, zero points $zeros, gives what the kernel gives",
    async (each) => {
      const file = await graphOf(each);
      const folded = await run({ graph: file, external: [] }, each.rows);
      const lifted = prepareGraph(file, new Map(), false);
      const unfolded = prepareGraph(file, new Map(), true);
      expect(lifted.unfolded).toBe(0);
      expect(unfolded.unfolded).toBe(1);
      expect([...(await run(lifted, each.rows))]).toEqual([...folded]);
      const found = await run(unfolded, each.rows);
      const apart = Math.max(...found.map((value, i) => Math.abs(value - (folded[i] ?? NaN))));
      expect(apart).toBeLessThan(1e-4);
      expect(Math.max(...folded.map(Math.abs))).toBeGreaterThan(0.1);
    },
  );

  it("leaves nothing of the packed weights behind, and takes the rest out of the file", async () => {
    const file = await graphOf({ rows: 48, columns: 96, bits: 4, block: 32, zeros: "codes" });
    const { graph, external, weightBytes, largestTensor } = prepareGraph(file, new Map(), true);
    const read = readGraph("a/b", graph);
    expect([...read.operators.keys()]).toEqual(["Gather", "FusedMatMul"]);
    expect(external.map(({ bytes: { byteLength } }) => byteLength).toSorted((a, b) => a - b)).toEqual([
      48 * 96 * 4,
      50 * 96 * 4,
    ]);
    expect(weightBytes).toBe(48 * 96 * 4 + 50 * 96 * 4);
    expect(largestTensor).toEqual({ name: "table", bytes: 50 * 96 * 4 });
    expect(graph.byteLength).toBeLessThan(1500);
  });

  it("in pieces, where the matrix is large, gives the same", async () => {
    const large: Case = { rows: 4400, columns: 1024, bits: 4, block: 32, zeros: "none" };
    const file = await graphOf(large);
    const unfolded = prepareGraph(file, new Map(), true);
    expect(readGraph("a/b", unfolded.graph).operators.get("FusedMatMul")).toBe(9);
    const [folded, found] = [await run({ graph: file, external: [] }, large.rows), await run(unfolded, large.rows)];
    expect(Math.max(...found.map((value, i) => Math.abs(value - (folded[i] ?? NaN))))).toBeLessThan(1e-3);
  });

  it("is left to the operator where its scales are no float32, and its weights stay", async () => {
    const file = await graphOf({ rows: 48, columns: 64, bits: 4, block: 32, zeros: "none" });
    const half = prepareGraph(Uint8Array.from(file), new Map(), true);
    expect(half.unfolded).toBe(1);
    const parts = model({
      nodes: [
        node("MatMulNBits", ["input", "packed", "scales"], ["logits"], {
          ...MICROSOFT,
          ints: { K: 64, N: 48, bits: 4, block_size: 32 },
        }),
      ],
      weights: [tensor("packed", UINT8, [48, 2, 16], bytes(48 * 32)), tensor("scales", 10, [96], new Uint16Array(96))],
      inputs: [port("input", 10, ["batch", 64])],
      outputs: [port("logits", 10, ["batch", 48])],
    });
    const halves = prepareGraph(new Uint8Array(await new Blob([...parts]).arrayBuffer()), new Map(), true);
    expect(halves.unfolded).toBe(0);
    expect(readGraph("a/b", halves.graph).operators.get("MatMulNBits")).toBe(1);
    expect(readGraph("a/b", halves.graph).weightBytes).toBe(48 * 32 + 192);
  });
});
