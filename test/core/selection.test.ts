import { describe, expect, test } from "vitest";
import { weighedReward, weighedTruth } from "../../src/core/selection.ts";

describe("what the weights ask for, as far as it came true", () => {
  test("is the sum of weight times truth", () => {
    expect(weighedTruth({ joy: 2, detail: -0.5 }, { joy: 1.5, detail: 2 })).toBe(2);
  });

  test("leaves out what has weight 0, defined or not", () => {
    expect(weighedTruth({ joy: 1, detail: 0 }, { joy: 1, detail: null })).toBe(1);
    expect(weighedTruth({}, {})).toBe(0);
  });

  test("is null, never 0, where a part of it is not defined", () => {
    expect(weighedTruth({ joy: 1, detail: 1 }, { joy: 1, detail: null })).toBeNull();
    expect(weighedTruth({ joy: 1 }, {})).toBeNull();
    expect(weighedTruth({ s1: 1 }, { joy: 1 })).toBeNull();
  });
});

test("rewards are summed the same way, with the scores of sources", () => {
  expect(weighedReward({ joy: 2, s1: 1 }, { reward: { joy: 0.5 }, sources: { s1: -3 } })).toBe(-2);
  expect(weighedReward({ joy: 2, s1: 1 }, { reward: { joy: 0.5 } })).toBeNull();
});
