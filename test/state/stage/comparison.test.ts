import { expect, test } from "vitest";
import { LaneComparison } from "../../../src/state/stage/comparison.svelte.ts";
import { Supervisor } from "../../../src/state/worker/supervisor.ts";
import { tallyRows, verdictText } from "../../../src/ui/words/comparison.ts";
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
