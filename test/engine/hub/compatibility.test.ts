/** Which vocabularies may be used together, and what is said of those that may not. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareVocabularies, requireFit, usableSize, type Vocabulary } from "../../../src/engine/hub/compatibility.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { openFixture } from "./hub-models.ts";

const vocabulary = (id: string, tokens: (string | undefined)[], columns = tokens.length): Vocabulary => ({
  id,
  tokens,
  columns,
  endIds: [1],
});

test("equal vocabularies fit whole", () => {
  expect(compareVocabularies(vocabulary("a", ["x", "</s>"]), vocabulary("b", ["x", "</s>"]))).toEqual({
    fits: true,
    shared: 2,
    dropped: [],
  });
});

test("the first id with two meanings is named with both", () => {
  const found = compareVocabularies(vocabulary("a", ["x", "</s>", "y"]), vocabulary("b", ["x", "</s>", "z"]));
  expect(found).toEqual({ fits: false, id: 2, reason: 'id 2 is "y" in a and "z" in b' });
  expect(() => requireFit(vocabulary("a", ["x"]), vocabulary("b", [undefined]))).toThrow(
    /id 0 is "x" in a and no token in b/,
  );
});

test("ids that one of them lacks at the end are dropped and listed", () => {
  const long = vocabulary("a", ["x", "</s>", "<chat>", "<tool>"]);
  const found = compareVocabularies(long, vocabulary("b", ["x", "</s>"]));
  expect(found).toMatchObject({
    fits: true,
    shared: 2,
    dropped: [
      { id: 2, token: "<chat>" },
      { id: 3, token: "<tool>" },
    ],
  });
});

test("a policy that would lose the end of its answers is refused", () => {
  const chat = { ...vocabulary("chat", ["x", "</s>", "<end>"]), endIds: [2] };
  expect(() => requireFit(chat, vocabulary("base", ["x", "</s>"]))).toThrow(
    /chat ends its answers with id 2, and base has no such id/,
  );
});

test("padded rows are no tokens, and a token without a column counts for nothing", () => {
  expect(usableSize({ tokens: ["x", "y"], columns: 8 })).toBe(2);
  expect(usableSize({ tokens: ["x", "y", "z"], columns: 2 })).toBe(2);
});

describe("the fixtures", () => {
  let runtime: Runtime;
  beforeAll(async () => void (runtime = await wasmRuntime()));
  afterAll(() => runtime.dispose());

  async function vocabularyOf(name: string): Promise<Vocabulary> {
    const opened = await openFixture(runtime, name);
    if (opened.kind !== "causal") throw new Error(`${name} is no causal model`);
    return opened.vocabulary;
  }

  test.each([
    ["llama-instruct", "llama-base", 384],
    ["gpt2", "distilgpt2", 384],
  ])("%s and %s fit", async (first, second, shared) => {
    expect(requireFit(await vocabularyOf(first), await vocabularyOf(second))).toMatchObject({ shared, dropped: [] });
  });

  test.each([
    ["llama-instruct", "gpt2"],
    ["llama-instruct", "qwen2-instruct"],
    ["qwen2-instruct", "llama-unigram"],
  ])("%s and %s do not, and the first differing id is shown", async (first, second) => {
    const [a, b] = [await vocabularyOf(first), await vocabularyOf(second)];
    expect(() => requireFit(a, b)).toThrow(
      /cannot steer each other: id \d+ is ".*" in .* and ".*" in .*Use models of one family/,
    );
  });
});
