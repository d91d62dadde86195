import { describe, expect, it } from "vitest";
import type { ComparisonQuestion } from "../../../src/core/comparison.ts";
import type { Models, Tokenizer } from "../../../src/engine/interfaces.ts";
import { compareTexts } from "../../../src/engine/judge/compare-texts.ts";
import { fakeModels } from "../../fakes.ts";
import { tableCausal, Usage } from "../../table-models.ts";

const END = 0;
/** Letters, numbers and two texts of one token each, and something else. "A" has a second token, with a space before it. */
const TOKENS = ["", "A", "B", "1", "2", "3", "4", "5", "§", "¤", "well", " A"] as const;
const OTHER = TOKENS.indexOf("well");
const tokenizer: Tokenizer = {
  vocabSize: TOKENS.length,
  bosId: END,
  endIds: [END],
  encode: (text) => {
    const whole = TOKENS.findIndex((token) => token === text);
    if (whole > 0) return [whole];
    return [...text].flatMap((letter) => (letter === "§" || letter === "¤" ? [TOKENS.indexOf(letter)] : []));
  },
  decode: (ids) => ids.map((id) => TOKENS[id] ?? "").join(" "),
  show: String,
};
const question: ComparisonQuestion = { model: "policy", rubric: "kinder", task: "go", first: "§", second: "¤" };

/** A judge of which only the logits of the first token of its reply are read. `seen` are the texts of its prompt in order. */
function judgedBy(logitsOf: (seen: string) => Readonly<Record<string, number>>, context = 64) {
  const usage = new Usage();
  const policy = tableCausal(
    "policy",
    { vocabSize: TOKENS.length, context },
    (prefix) => {
      const seen = prefix.flatMap((id) => (TOKENS[id] === "§" ? ["x"] : TOKENS[id] === "¤" ? ["y"] : [])).join("");
      const logits = logitsOf(seen);
      return Float64Array.from(TOKENS, (token) => logits[token] ?? -30);
    },
    usage,
  );
  const promptIds: Models["promptIds"] = (_, { prompt }) => [END, ...tokenizer.encode(prompt)];
  const fakes = fakeModels().models;
  const models = { ...fakes, tokenizer, policy, promptIds, readers: new Map([["policy", policy]]) };
  return { models, usage };
}

describe("a judge of two texts", () => {
  it.each([
    [
      "names the text in both orders",
      (xy: boolean) => (xy ? { A: 2, B: 0 } : { A: 0, B: 2 }),
      { type: "prefers", winner: "first" },
    ],
    [
      "names the other in both orders",
      (xy: boolean) => (xy ? { A: 0, B: 2 } : { A: 2, B: 0 }),
      { type: "prefers", winner: "second" },
    ],
    [
      "names one place twice",
      (xy: boolean) => (xy ? { A: 3, B: 0 } : { A: 1, B: 0 }),
      { type: "position-bias", favours: "A" },
    ],
    ["finds both as good", () => ({ A: 1, B: 1 }), { type: "tie" }],
    ["says something else", (xy: boolean) => (xy ? { A: 0, B: 2 } : { A: 0, B: 1, well: 9 }), { type: "unparsable" }],
  ])("%s", async (_, logits, verdict) => {
    const { models, usage } = judgedBy((seen) => logits(seen === "xy"));
    const answer = await compareTexts(question, models);
    expect(answer.verdict).toEqual(verdict);
    expect(answer.reading === undefined).toBe(verdict.type === "unparsable");
    expect(usage.forwards).toEqual([4]);
    expect(answer.forwards).toBe(1);
    expect(usage.disposed).toBe(usage.opened);
  });

  it("averages the probabilities of both orders, and of both tokens of a letter", async () => {
    const { models } = judgedBy((seen) => (seen === "xy" ? { A: 1, " A": 0.5, B: 0.2, well: 1 } : { A: 0.3, B: 0.9 }));
    const { reading, replies } = await compareTexts(question, models);
    const [a, b] = [Math.exp(1) + Math.exp(0.5), Math.exp(0.2)];
    const straight = a / (a + b);
    const swapped = Math.exp(0.3) / (Math.exp(0.3) + Math.exp(0.9));
    expect(reading?.preferFirst).toBeCloseTo((straight + 1 - swapped) / 2, 9);
    expect(reading?.bias).toBeCloseTo((straight + swapped) / 2 - 0.5, 9);
    expect(reading?.onMarks).toBeCloseTo((a + b) / (a + b + Math.exp(1)), 9);
    expect(replies).toEqual(["A", "B"]);
  });

  it("scores each text by itself, as the mean over the five numbers", async () => {
    const numbers = { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 };
    const { models } = judgedBy((seen) => ({ A: 1, B: 0, ...numbers, ...(seen === "x" ? { 5: Math.log(6) } : {}) }));
    const { reading } = await compareTexts(question, models);
    expect(reading?.scores[0]).toBeCloseTo((1 + 2 + 3 + 4 + 5 * 6) / 10, 9);
    expect(reading?.scores[1]).toBeCloseTo(3, 9);
  });

  it("says nothing where the tokenizer has no mark", async () => {
    const { models, usage } = judgedBy(() => ({}));
    const blind = {
      ...models,
      tokenizer: {
        ...tokenizer,
        encode: (text: string) => (text === "A" ? [OTHER, OTHER] : [...text].map(() => OTHER)),
      },
    };
    const answer = await compareTexts(question, blind);
    expect(answer).toEqual({ verdict: { type: "unparsable" }, replies: ["", ""], forwards: 0 });
    expect(usage.forwards).toEqual([]);
  });

  it.each([
    ["an empty rubric", { rubric: "  " }, /rubric must be a text that is not empty.*write what makes/],
    [
      "a model that is not loaded",
      { model: "gpt-5" },
      /"gpt-5", which is not loaded; load it, or choose one of policy/,
    ],
    ["a text that is none", { first: 7 as unknown as string }, /first must be a text, got 7/],
    ["texts beyond the context", { first: "§".repeat(64) }, /have 66 tokens. policy reads at most 64 tokens. Shorten/],
  ])("refuses %s with the way out, before any forward", async (_, change, message) => {
    const { models, usage } = judgedBy(() => ({ A: 1 }));
    await expect(compareTexts({ ...question, ...change }, models)).rejects.toThrow(message);
    expect(usage.forwards).toEqual([]);
  });
});
