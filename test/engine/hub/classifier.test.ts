/** Classifiers as people publish them: one output, more positions promised than there are, names of all kinds. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { labelLogOdds } from "../../../src/core/sources/classifier.ts";
import type { SourceSpec } from "../../../src/core/sources/spec.ts";
import { readConfig } from "../../../src/engine/hub/config.ts";
import { folderFiles, type FolderFile } from "../../../src/engine/hub/folder-files.ts";
import { asRunError } from "../../../src/engine/onnx/runtime-errors.ts";
import type { HubModel } from "../../../src/engine/hub/hub-model.ts";
import { openHubModel } from "../../../src/engine/hub/open-model.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { collect, eventsOf, fakeModels, lane, request } from "../../fakes.ts";
import { FLOAT, INT64, model, node, port, tensor } from "../../../src/engine/gguf/onnx-writer.ts";
import { fetchFixture, fixtureFolder } from "./hub-models.ts";

const VOCABULARY = 304;
const ROWS = 66;
const USABLE = 64;

/** Sum over a text of a number a token, plus a number a position that counts from 2 on, as RoBERTa's do. */
function scalarGraph(): Blob {
  const words = Float32Array.from({ length: VOCABULARY }, (_, id) => Math.sin(id));
  const places = Float32Array.from({ length: ROWS }, (_, row) => row / 1000);
  const graph = model({
    nodes: [
      node("CumSum", ["attention_mask", "axis"], ["count"]),
      node("Mul", ["count", "attention_mask"], ["counted"]),
      node("Add", ["counted", "one"], ["position"]),
      node("Gather", ["places", "position"], ["place"]),
      node("Gather", ["words", "input_ids"], ["word"]),
      node("Add", ["word", "place"], ["each"]),
      node("Cast", ["attention_mask"], ["mask"], { ints: { to: FLOAT } }),
      node("Unsqueeze", ["mask", "last"], ["weight"]),
      node("Mul", ["each", "weight"], ["counting"]),
      node("ReduceSum", ["counting", "one"], ["logits"], { ints: { keepdims: 0 } }),
    ],
    weights: [
      tensor("words", FLOAT, [VOCABULARY, 1], words),
      tensor("places", FLOAT, [ROWS, 1], places),
      tensor("axis", INT64, [], BigInt64Array.of(1n)),
      tensor("one", INT64, [1], BigInt64Array.of(1n)),
      tensor("last", INT64, [1], BigInt64Array.of(2n)),
    ],
    inputs: [port("input_ids", INT64, ["rows", "columns"]), port("attention_mask", INT64, ["rows", "columns"])],
    outputs: [port("logits", FLOAT, ["rows", 1])],
  });
  return new Blob([...graph]);
}

function scalarFolder(config: object): FolderFile[] {
  const text = fixtureFolder("bert-toxic").filter(({ path }) => path.startsWith("tokenizer"));
  return [
    ...text,
    { path: "config.json", blob: new Blob([JSON.stringify(config)]) },
    { path: "onnx/model.onnx", blob: scalarGraph() },
  ];
}

const ROBERTA = { model_type: "roberta", vocab_size: VOCABULARY, max_position_embeddings: ROWS, pad_token_id: 1 };
const SCALAR = { ...ROBERTA, id2label: { 0: "LABEL_0" }, problem_type: "regression" };
const LONG = "good answer ".repeat(45);

let runtime: Runtime;
beforeAll(async () => void (runtime = await wasmRuntime()));
afterAll(() => runtime.dispose());

async function classifier(folder: FolderFile[]): Promise<HubModel & { kind: "classifier" }> {
  const opened = await openHubModel(await fetchFixture(folderFiles("scalar", folder)), {
    runtime,
    limits: { backend: "wasm", maxBufferBytes: null, budgetBytes: null },
    usedBytes: 0,
    plan: { rows: 4, tokens: 64, promptTokens: 32 },
  });
  if (opened.kind !== "classifier") throw new Error(`it is a ${opened.kind}`);
  return opened;
}

describe("a reward model with one output", () => {
  test("gives its number as the reward, in best-of-4 and in VAS", async () => {
    const { model: scorer } = await classifier(scalarFolder(SCALAR));
    const fakes = fakeModels();
    const models = { ...fakes.models, classifiers: new Map([["scalar", scorer]]) };
    const source: SourceSpec = { id: "s1", name: "Reward", type: "classifier", model: "scalar", label: "LABEL_0" };
    const weights = { s1: 1 };
    const lanes = [
      lane({ id: "bon", n: 4, beta: 1, weights, ensemble: "mean", lambda: 0 }),
      lane({ id: "vas", k: 4, beta: 1, weights }),
    ];
    const events = await collect({ ...fakes, models }, request(lanes, { sources: [source] }));
    expect(eventsOf(events, "failed")).toEqual([]);
    const samples = eventsOf(events, "sample").flatMap(({ result }) => (result.lane === 0 ? [result] : []));
    const scores = await scorer.score(samples.map(({ text }) => text.trim()));
    for (const [i, { sources }] of samples.entries()) expect(sources!["s1"]).toBeCloseTo(scores[i]![0]!, 5);
    const values = samples.map(({ sources }) => sources!["s1"]!);
    expect(eventsOf(events, "finished")[0]!.lanes[0]!.chosen).toBe(values.indexOf(Math.max(...values)));
    const pushes = eventsOf(events, "step").flatMap(({ rows }) => rows.filter((row) => row.lane === 1));
    expect(pushes.some(({ contributions }) => Math.abs(contributions["s1"]!) > 0.01)).toBe(true);
  });

  test("may have several, and then each is a score by itself", () => {
    const config = { id2label: { 0: "helpful", 1: "honest" }, problem_type: "regression" };
    expect(readConfig("x", config, null).isMultiLabel).toBe(true);
    expect(labelLogOdds([3, 8], 0, true)).toBe(3);
  });

  test("has log-odds without end beside it: sure labels stay finite", () => {
    expect(labelLogOdds([1000, -1000], 0, false)).toBe(2000);
    expect(labelLogOdds([1000, -1000], 1, false)).toBe(-2000);
    expect(labelLogOdds([-1e30, 1e30, 0], 0, false)).toBe(-2e30);
  });

  test("reads an empty text, even where its tokenizer puts no mark around a text", async () => {
    const bare = await Promise.all(
      scalarFolder(SCALAR).map(async (file) => {
        if (file.path !== "tokenizer.json") return file;
        const tokenizer = JSON.parse(await file.blob.text()) as object;
        return { ...file, blob: new Blob([JSON.stringify({ ...tokenizer, post_processor: null })]) };
      }),
    );
    const { model: scorer } = await classifier(bare);
    const [[empty]] = [await scorer.score([""])];
    expect(Number.isFinite(empty![0])).toBe(true);
  });

  test("needs no names of labels", async () => {
    const { model: scorer } = await classifier(scalarFolder(ROBERTA));
    expect(scorer.labels).toEqual(["LABEL_0"]);
  });
});

describe("the length of a text that a classifier bears", () => {
  test("leaves out the rows that a RoBERTa never uses", () => {
    expect(readConfig("x", ROBERTA, null).context).toBe(USABLE);
    expect(readConfig("x", { ...ROBERTA, model_type: "xlm-roberta" }, null).context).toBe(USABLE);
    expect(readConfig("x", { ...ROBERTA, model_type: "bert" }, null).context).toBe(ROWS);
  });

  test.each([-1, 0, 1e30, 2.5, null])("takes %s for no bound, as some files write it", (rows) => {
    const config = { model_type: "deberta-v2", max_position_embeddings: rows };
    expect(readConfig("x", config, null).context).toBe(1024);
    expect(readConfig("x", { ...config, n_ctx: 48 }, null).context).toBe(48);
  });

  test.each([
    ["is known from the family", ROBERTA],
    ["is found out where the family is not known", { ...ROBERTA, model_type: "novel" }],
    ["is found out where nothing is said", { model_type: "novel", vocab_size: VOCABULARY }],
  ])("%s, and a longer text is cut there", async (_, config) => {
    const { model: scorer } = await classifier(scalarFolder(config));
    const [short] = await scorer.score(["good answer"]);
    const [long, longer] = await scorer.score([LONG, `${LONG}${LONG}`]);
    expect(Number.isFinite(short![0])).toBe(true);
    expect(long).toEqual(longer);
    const [fitting] = await scorer.score(["good answer ".repeat(31)]);
    expect(long![0]).toBeCloseTo(fitting![0]!, 3);
  });

  test("is the tokenizer's where that is less", async () => {
    const own = JSON.parse(
      await fixtureFolder("bert-toxic")
        .find(({ path }) => path === "tokenizer_config.json")!
        .blob.text(),
    ) as object;
    const limited = scalarFolder(ROBERTA).map((file) =>
      file.path === "tokenizer_config.json"
        ? { ...file, blob: new Blob([JSON.stringify({ ...own, model_max_length: 12 })]) }
        : file,
    );
    const { model: scorer } = await classifier(limited);
    const [twelve] = await scorer.score(["good answer ".repeat(6)]);
    const [more] = await scorer.score(["good answer ".repeat(20)]);
    expect(more).toEqual(twelve);
  });
});

describe("names of labels", () => {
  test.each<[string, object, readonly string[]]>([
    [
      "are told apart where two are alike",
      { id2label: { 0: "good", 1: "good", 2: "bad" } },
      ["good", "good (2)", "bad"],
    ],
    ["may be numbers", { id2label: { 0: 1, 1: 2 } }, ["1", "2"]],
    ["are those of transformers where only their count is known", { num_labels: 2 }, ["LABEL_0", "LABEL_1"]],
    ["may be any word", { id2label: { 0: "constructor", 1: "__proto__" } }, ["constructor", "__proto__"]],
  ])("%s", (_, config, labels) => {
    expect(readConfig("x", config, null).labels).toEqual(labels);
  });
});

test("what the runtime says of its own source files stays off the screen", () => {
  const raw = "/onnxruntime_src/onnxruntime/core/providers/cpu/tensor/gather.h:61 indices element out of data bounds";
  const error = asRunError(new Error(raw), "running 1 rows of 90 tokens");
  expect(error.message).not.toContain("onnxruntime_src");
  expect(error.details).toEqual({ reason: raw });
});
