import { expect, test } from "vitest";
import { LaneComparison, smallJudge } from "../../../src/state/stage/comparison.svelte.ts";
import { Supervisor } from "../../../src/state/worker/supervisor.ts";
import { comparison as words, tallyRows, verdictText } from "../../../src/ui/words/comparison.ts";
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
  return { comparison: new LaneComparison(supervisor), api };
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
  expect(api.questions[1]).toEqual({ model: "policy", rubric: "kinder", task: "a fox", first: "y", second: "x" });

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
