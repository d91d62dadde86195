import { describe, expect, it } from "vitest";
import { checkEnough, checkLearned, checkSpread, NEEDED, standardiseScores } from "../../../src/core/heads/enough.ts";
import { rewardSpread } from "../../../src/core/heads/measures.ts";
import { makeData, makeUnembedding } from "./small-policy.ts";

describe("what is too little to learn from", () => {
  it("is two instructions that make no difference", () => {
    const unembedding = makeUnembedding(1);
    const flat = makeData(unembedding, 20, () => 5);
    expect(rewardSpread(flat)).toBeCloseTo(0, 6);
    expect(() => checkSpread(flat)).toThrow(
      /spread by 0\.000 nats.*a head needs 0\.1.*Make the instructions differ more/,
    );
    const fine = makeData(unembedding, 20, (token) => token % 2);
    expect(rewardSpread(fine)).toBeGreaterThan(0.3);
    expect(() => checkSpread(fine)).not.toThrow();
  });

  it("is a head that explains nothing on held-out prompts, beyond chance", () => {
    expect(() => checkLearned({ value: 0.04, n: 12, ci95: [-0.02, 0.09] }, 0.214)).toThrow(
      "The head explains 4 % (95 %: -2 % to 9 %) of the rewards on 12 held-out prompts, where they spread by 0.21 nats",
    );
    expect(() => checkLearned({ value: -0.1, n: 1, ci95: null }, 0.2)).toThrow("explains -10 % of the rewards");
    expect(() => checkLearned({ value: 0.4, n: 12, ci95: [0.31, 0.5] }, 0.5)).not.toThrow();
  });

  it("is too few samples or prompts, and the message says how many are needed", () => {
    expect(() => checkEnough("tokens", 12, 6)).toThrow(
      "12 samples of 6 prompts are too few to learn from: 40 samples of 10 prompts are needed.",
    );
    expect(() => checkEnough("texts", 600, 5)).toThrow("240 samples of 20 prompts are needed");
    for (const kind of ["tokens", "texts"] as const)
      expect(() => checkEnough(kind, NEEDED[kind].samples, NEEDED[kind].prompts)).not.toThrow();
  });
});

describe("scores of whole texts", () => {
  it("become standard deviations, and texts that the scorer says nothing of stay out", () => {
    const { scores, mean, sd } = standardiseScores("brevity", [2, null, 6]);
    expect([...scores, mean, sd]).toEqual([-1, null, 1, 4, 2]);
  });

  it("are refused where one is no number, with the sample", () => {
    expect(() => standardiseScores("log(words - 9)", [1, 2, NaN, NaN])).toThrow(
      /“log\(words - 9\)” gives NaN for sample 3 \(2 of 4 like it\)/,
    );
    expect(() => standardiseScores("1 / commas", [1, -Infinity])).toThrow(/gives -Infinity for sample 2 \(1 of 2/);
  });

  it("are refused where all are one value, also where rounding makes them differ", () => {
    expect(() => standardiseScores("pattern", [1, 1, 1])).toThrow(
      "gives 1 for all 3 samples, so there is nothing to learn",
    );
    expect(() => standardiseScores("formula", [0.1 + 0.2, 0.3])).toThrow(/for all 2 samples/);
    expect(() => standardiseScores("flesch", [null, null])).toThrow("says nothing about any of the 2 samples");
  });
});
