import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LaneComparison, smallJudge } from "../../../src/state/stage/comparison.svelte.ts";
import { Supervisor } from "../../../src/state/worker/supervisor.ts";
import {
  averagedText,
  comparison as words,
  reasonText,
  sessionText,
  tallyRows,
  verdictText,
} from "../../../src/ui/words/comparison.ts";
import { FakeApi, fakeLink } from "../fake-api.ts";

const [x, y] = [
  { name: "A Plain", text: "x" },
  { name: "B GenARM", text: "y" },
];

function made(): { comparison: LaneComparison; api: FakeApi } {
  const api = new FakeApi({ loadMs: 0, stepMs: 0 });
  const supervisor = new Supervisor(
    () => fakeLink(api),
    () => undefined,
  );
  return {
    comparison: new LaneComparison(supervisor, { readExample: async () => null, saveFile: () => undefined }),
    api,
  };
}

test("comparisons by one model and rubric are counted together, and another rubric begins anew", async () => {
  const { comparison, api } = made();
  comparison.rubric = "kinder";
  await comparison.compare("a fox", x, y);
  await comparison.compare("a fox", y, x);
  expect(comparison.tally).toEqual({ first: 2, second: 0, ties: 0, biasA: 0, biasB: 0, unparsable: 0 });
  expect(comparison.comparisons.map(verdictText)).toEqual([
    "The model prefers A Plain, in both orders.",
    "The model prefers B GenARM, in both orders.",
  ]);
  expect(api.questions[1]).toEqual({
    model: "policy",
    rubric: "kinder",
    task: "a fox",
    first: "y",
    second: "x",
    votes: 1,
    checks: [],
  });

  comparison.rubric = "bias";
  await comparison.compare("a fox", x, y);
  expect(comparison.comparisons).toHaveLength(1);
  expect(verdictText(comparison.comparisons[0]!)).toMatch(
    /^Position bias: the model preferred the first text in both orders/,
  );
  expect(Object.fromEntries(tallyRows(comparison.tally))).toMatchObject({
    "position bias to the first place": 1,
    ties: 0,
  });
});

test("position bias counts over the whole visit of a model, whatever the rubric, and begins anew with another model", async () => {
  const { comparison } = made();
  expect(comparison.bias).toBeNull();
  comparison.rubric = "kinder";
  await comparison.compare("a fox", x, y);
  comparison.rubric = "bias";
  await comparison.compare("a fox", x, y);
  // The fake puts 0.8 on A where it says A and 0.3 where it says B.
  expect(comparison.bias).toBeCloseTo((0.05 + 0.3) / 2, 12);
  expect(comparison.ofModel).toHaveLength(2);
  expect(comparison.comparisons).toHaveLength(1);
  comparison.model = "another";
  await comparison.compare("a fox", x, y);
  expect(comparison.bias).toBeCloseTo(0.3, 12);
  expect(comparison.session).toHaveLength(3);
  expect(sessionText(0.175, 2)).toBe(
    "Mean over 2 comparisons: +0.18, towards the first place. It is averaged out of the preference.",
  );
});

test("votes and the first five lines of the checklist are asked, and their answers are told in words", async () => {
  const { comparison, api } = made();
  comparison.votes = 3;
  comparison.checklist = " Is it kind? \n\nb?\nc?\nd?\ne?\nf?";
  expect([comparison.checks, comparison.extraChecks]).toEqual([["Is it kind?", "b?", "c?", "d?", "e?"], 1]);
  await comparison.compare("a fox", x, y);
  expect(api.questions[0]).toMatchObject({ votes: 3, checks: ["Is it kind?", "b?", "c?", "d?", "e?"] });
  expect(comparison.progress).toEqual({ done: 4, total: 4 });
  expect(averagedText(comparison.session[0]!)).toBe(
    "Averaged over both orders: A Plain is better with probability 75 %. 3 of 3 votes say the same.",
  );
});

test("the reason is one sentence for the text that was preferred, and goes with the next comparison", async () => {
  const { comparison, api } = made();
  await comparison.compare("a fox", y, x);
  const [asked] = comparison.session;
  const explaining = comparison.explain(asked!);
  expect(comparison.reason).toMatchObject({ isWriting: true });
  await explaining;
  expect(api.questions[1]).toMatchObject({ first: "y", second: "x" });
  expect(reasonText(comparison.reason!)).toBe("B GenARM stood there as A. “Text A is better because it is short.”");
  // The second text was preferred: it is the one that is defended.
  const turned = { ...asked!, answer: { ...asked!.answer, reading: { ...asked!.answer.reading!, preferFirst: 0.2 } } };
  await comparison.explain(turned);
  expect(api.questions[2]).toMatchObject({ first: "x", second: "y" });
  expect(comparison.reason).toMatchObject({ better: "second", isWriting: false });
  await comparison.compare("a fox", x, y);
  expect(comparison.reason).toBeNull();
});

test("a cancelled question leaves no error, and a cancelled sentence stays as far as it came", async () => {
  const { comparison, api } = made();
  await comparison.compare("a fox", x, y);
  const aborted = { ok: false, error: { code: "aborted", message: "cancelled", details: {} } } as const;
  api.compare = () => Promise.resolve(aborted);
  await comparison.compare("a fox", x, y);
  expect([comparison.error, comparison.isAsking, comparison.session.length]).toEqual([null, false, 1]);
  api.explain = async (_, onText) => {
    await onText("Text A is");
    return aborted;
  };
  await comparison.explain(comparison.session[0]!);
  expect([comparison.reason?.text, comparison.reason?.isWriting, comparison.error]).toEqual(["Text A is", false, null]);
});

test("the recorded judge is read once, and a file that is none shows nothing", async () => {
  const supervisor = new Supervisor(
    () => fakeLink(new FakeApi({ loadMs: 0, stepMs: 0 })),
    () => undefined,
  );
  const files: string[] = [];
  const read = async (file: string): Promise<unknown> => {
    files.push(file);
    return JSON.parse(readFileSync(`public/examples/${file}`, "utf8")) as unknown;
  };
  const comparison = new LaneComparison(supervisor, { readExample: read, saveFile: () => undefined });
  await comparison.look();
  await comparison.look();
  expect([comparison.recorded?.judgements.length, files]).toEqual([100, ["judge.json"]]);
  const without = new LaneComparison(supervisor, { readExample: async () => ({}), saveFile: () => undefined });
  await without.look();
  expect(without.recorded).toBeNull();
});

test("a failure is kept in words and the button comes back", async () => {
  const { comparison, api } = made();
  const error = { code: "context-overflow", message: "too long; shorten", details: {} } as const;
  api.compare = () => Promise.resolve({ ok: false, error });
  await comparison.compare("a fox", x, y);
  expect([comparison.error, comparison.isAsking, comparison.comparisons.length]).toEqual([error, false, 0]);
});

test("a judge below a billion parameters is warned of in one sentence, a larger one is not", () => {
  const model = (id: string, kind: "policy" | "reader") => ({
    id,
    kind,
    sha256: "",
    objectives: [],
    params: null,
    bytes: 1e9,
  });
  const report = { models: [model("a/SmolLM2-135M-Instruct", "policy"), model("b/Llama-3.2-1B-Instruct", "reader")] };
  const small = smallJudge("policy", report);
  expect(small).toEqual(smallJudge("a/SmolLM2-135M-Instruct", report));
  expect(words.tooSmall(small!)).toMatch(/^This model has 135.0 M parameters, which is too few to judge: /);
  expect(words.tooSmall({ params: 5e8, isBound: true })).toContain("has at most 500.0 M parameters");
  expect(smallJudge("b/Llama-3.2-1B-Instruct", report)).toBeNull();
  expect(smallJudge("policy", null)).toBeNull();
});
