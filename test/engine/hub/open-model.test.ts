/** Models as Optimum exports them against PyTorch: three architectures, three forms, ragged and single, cached and not. */
import type { Dtype } from "../../../src/core/hub.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { logSoftmax } from "../../../src/core/logprobs.ts";
import type { HubModel } from "../../../src/engine/hub/hub-model.ts";
import type { CausalModel } from "../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { expected, openFixture } from "./hub-models.ts";

const AGREEMENT = 1e-4;

let runtime: Runtime;
beforeAll(async () => void (runtime = await wasmRuntime()));
afterAll(() => runtime.dispose());

async function causal(name: string, dtype: Dtype | null = null): Promise<CausalModel> {
  const opened: HubModel = await openFixture(runtime, name, dtype);
  if (opened.kind !== "causal") throw new Error(`${name} is a ${opened.kind}`);
  return opened.model;
}

function expectNear(found: ArrayLike<number>, wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((number, index) => expect(Math.abs((found[index] ?? Number.NaN) - number)).toBeLessThan(AGREEMENT));
}

const cases: [string, Dtype, string][] = [
  ...Object.keys(expected.causal).map((name): [string, Dtype, string] => [name, "fp32", name]),
  ...Object.entries(expected.causal).flatMap(([name, { q4 }]): [string, Dtype, string][] =>
    q4 ? [[name, "q4", name]] : [],
  ),
  ["llama-instruct-external", "fp32", "llama-instruct"],
];

describe.each(cases)("%s as %s", (name, dtype, wanted) => {
  const entry = expected.causal[wanted];
  const rows = (dtype === "q4" ? entry?.q4 : entry?.rows) ?? [];
  let model: CausalModel;
  beforeAll(async () => void (model = await causal(name, dtype)));

  test("gives PyTorch's logits, uneven rows together, step by step", async () => {
    expect(model.vocabSize).toBe(entry?.tokens);
    const batch = await model.open(rows.map((row) => row.prompt));
    rows.forEach((row, index) => {
      const distribution = logSoftmax(batch.logits(index));
      expectNear(
        row.top5.map(([id]) => distribution[id] ?? 0),
        row.top5.map(([, logprob]) => logprob),
      );
    });
    for (let step = 0; step < (rows[0]?.steps.length ?? 0); step += 1) {
      await batch.step(rows.map((row) => row.steps[step] ?? 0));
    }
    rows.forEach((row, index) => expectNear(batch.logits(index), row.logits));
    batch.dispose();
  });

  test("gives the same numbers from a single row, from a whole text, and after forks and drops", async () => {
    const row = rows[1];
    if (row === undefined) throw new Error("no second row");
    const text = [...row.prompt, ...row.steps];
    const single = await model.open([text]);
    expectNear(single.logits(0), row.logits);
    single.dispose();
    const read = await model.read(text, row.steps.length + 1);
    expectNear(read.at(-1) ?? [], row.logits);
    expectNear(
      read.map((distribution) => Math.max(...logSoftmax(distribution))),
      row.chosenLogprobs,
    );
    const batch = await model.open(rows.map((each) => each.prompt));
    await batch.select([2, 1, 1]);
    for (const token of row.steps.slice(0, 3)) await batch.step([0, token, 0]);
    await batch.select([1]);
    for (const token of row.steps.slice(3)) await batch.step([token]);
    expectNear(batch.logits(0), row.logits);
    batch.dispose();
  });
});

test("rows leave nothing behind", async () => {
  const model = await causal("gpt2");
  const before = runtime.memory().tensors;
  const batch = await model.open([[1, 2, 3], [4]]);
  await batch.step([5, 6]);
  await batch.select([1, 1, 0]);
  batch.dispose();
  expect(runtime.memory().tensors).toBe(before);
});

describe.each(Object.entries(expected.classifiers))("%s", (name, { rows, encodings }) => {
  test("gives PyTorch's logits for each label, uneven texts together", async () => {
    const opened = await openFixture(runtime, name);
    if (opened.kind !== "classifier") throw new Error(`${name} is a ${opened.kind}`);
    const ids = rows.map((row) => opened.text.encodeMarked(row.text, true));
    expect(ids).toEqual(rows.map((row) => row.ids));
    const scores = await opened.model.score(rows.map((row) => row.text));
    rows.forEach((row, index) => expectNear(scores[index] ?? [], row.logits));
    expect(opened.model.isMultiLabel).toBe(name === "bert-toxic");
    expect(opened.model.labels).toEqual(
      name === "bert-toxic" ? ["toxic", "insult", "threat"] : ["NEGATIVE", "POSITIVE"],
    );
    for (const { text, ids: own } of encodings) expect(opened.text.encodeMarked(text, true)).toEqual(own);
  });
});

test("a text beyond a classifier's context is cut, its closing mark kept", async () => {
  const opened = await openFixture(runtime, "bert-toxic");
  if (opened.kind !== "classifier") throw new Error("no classifier");
  const [long, longer] = await opened.model.score(["good answer ".repeat(60), "good answer ".repeat(90)]);
  expect(long).toEqual(longer);
});

describe.each(Object.entries(expected.causal))("the text of %s", (name, { encodings, chat }) => {
  test("is split and put together as by its own tokenizer", async () => {
    const { text } = await openFixture(runtime, name);
    for (const one of encodings) {
      expect(text.encodeMarked(one.text, true)).toEqual(one.ids);
      expect(text.encodeMarked(one.text, false)).toEqual(one.bare);
      // A person's text never becomes a mark.
      if (!one.text.includes("<|")) expect(text.tokenizer.encode(one.text)).toEqual(one.bare);
      // The unigram vocabulary knows few letters: what it does not know is lost, as in its own tokenizer.
      const spelt = name === "llama-unigram" ? one.decoded.replaceAll(/<bos>|<unk>/g, "") : one.text;
      expect(text.tokenizer.decode(text.tokenizer.encode(one.text))).toBe(spelt);
    }
  });

  test("goes through its own chat template", async () => {
    const { text } = await openFixture(runtime, name);
    expect(text.chat === null).toBe(chat === null);
    if (chat === null) return;
    expect(text.chat?.render(chat.messages)).toBe(chat.text);
    expect(text.chatIds(chat.messages)).toEqual(chat.ids);
    expect(text.tokenizer.show(text.tokenizer.endIds[0] ?? 0)).toBe("<|im_end|>");
  });
});
