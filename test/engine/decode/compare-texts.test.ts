import { describe, expect, it } from "vitest";
import type { ComparisonQuestion } from "../../../src/core/comparison.ts";
import type { Models, Tokenizer } from "../../../src/engine/interfaces.ts";
import { compareTexts } from "../../../src/engine/decode/compare-texts.ts";
import { fakeModels } from "../../fakes.ts";
import { tableCausal, Usage } from "../../table-models.ts";

const END = 0;
const [A, B, OTHER] = [1, 2, 3];
/** One token a letter that matters: texts are told apart by the letters § and ¤. */
const tokenizer: Tokenizer = {
  vocabSize: 6,
  bosId: END,
  endIds: [END],
  encode: (text) => [...text].flatMap((letter) => (letter === "§" ? [4] : letter === "¤" ? [5] : [])),
  decode: (ids) => ids.map((id) => ({ [A]: "A", [B]: "B", [OTHER]: "well" })[id] ?? "").join(" "),
  show: String,
};
const question: ComparisonQuestion = { model: "policy", rubric: "kinder", task: "go", first: "§", second: "¤" };

/** A judge that answers by what stands where, then ends. */
function judgedBy(reply: (isXFirst: boolean) => readonly number[], context = 64): { models: Models; usage: Usage } {
  const usage = new Usage();
  const marks = (prefix: readonly number[]): number[] => prefix.filter((token) => token >= 4);
  const policy = tableCausal(
    "policy",
    { vocabSize: 6, context },
    (prefix) => {
      const start = marks(prefix);
      const said = prefix.length - prefix.lastIndexOf(start.at(-1)!) - 1;
      const wanted = reply(start[0] === 4)[said] ?? END;
      return Float64Array.from({ length: 6 }, (_, v) => (v === wanted ? 1 : 0));
    },
    usage,
  );
  const promptIds: Models["promptIds"] = (_, { prompt }) => [END, ...tokenizer.encode(prompt)];
  const fakes = fakeModels().models;
  return { models: { ...fakes, tokenizer, policy, promptIds, readers: new Map([["policy", policy]]) }, usage };
}

describe("a judge of two texts", () => {
  it.each([
    ["names the text in both orders", (isXFirst: boolean) => [isXFirst ? A : B], { type: "prefers", winner: "first" }],
    [
      "names the other in both orders",
      (isXFirst: boolean) => [isXFirst ? B : A],
      { type: "prefers", winner: "second" },
    ],
    ["names one place twice", () => [A], { type: "position-bias", favours: "A" }],
    ["says something else", (isXFirst: boolean) => (isXFirst ? [A] : [OTHER, OTHER]), { type: "unparsable" }],
    ["says nothing", () => [], { type: "unparsable" }],
  ])("%s", async (_, reply, verdict) => {
    const { models, usage } = judgedBy(reply);
    const answer = await compareTexts(question, models);
    expect(answer.verdict).toEqual(verdict);
    expect(usage.forwards.every((rows) => rows === 2)).toBe(true);
    expect(answer.forwards).toBe(usage.forwards.length);
    expect(usage.disposed).toBe(usage.opened);
  });

  it("stops after a few tokens, whether or not the model does", async () => {
    const { models, usage } = judgedBy(() => Array.from({ length: 50 }, () => OTHER));
    const answer = await compareTexts(question, models);
    expect(answer.replies[0].split(" ")).toHaveLength(12);
    expect(usage.forwards).toHaveLength(12);
  });

  it.each([
    ["an empty rubric", { rubric: "  " }, /rubric must be a text that is not empty.*write what makes/],
    [
      "a model that is not loaded",
      { model: "gpt-5" },
      /"gpt-5", which is not loaded; load it, or choose one of policy/,
    ],
    ["a text that is none", { first: 7 as unknown as string }, /first must be a text, got 7/],
    [
      "texts beyond the context",
      { first: "§".repeat(60) },
      /have 62 tokens, and the reply needs .* reads at most 64 tokens. Shorten/,
    ],
  ])("refuses %s with the way out, before any forward", async (_, change, message) => {
    const { models, usage } = judgedBy(() => [A]);
    await expect(compareTexts({ ...question, ...change }, models)).rejects.toThrow(message);
    expect(usage.forwards).toEqual([]);
  });
});
