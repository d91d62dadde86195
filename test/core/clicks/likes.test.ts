import { describe, expect, it } from "vitest";
import { deviationsOf, differenceOf } from "../../../src/core/clicks/differences.ts";
import { likesOf, weightsFrom } from "../../../src/core/clicks/likes.ts";
import { preferencePairs } from "../../../src/core/clicks/preference-pairs.ts";
import { fitTaste } from "../../../src/core/clicks/taste.ts";

describe("what a person likes", () => {
  const x = (...values: number[]): Float64Array => Float64Array.from(values);
  const taste = fitTaste(
    [
      ...Array.from({ length: 9 }, () => ({ difference: x(0, -1, 0), choice: "left" as const })),
      ...Array.from({ length: 3 }, () => ({ difference: x(0, 0, 1), choice: "left" as const })),
    ],
    3,
  );

  it("comes with the surest first", () => {
    const likes = likesOf(taste);
    expect(likes.map(({ measure }) => measure)).toEqual([1, 2, 0]);
    expect(likes[0]!.weight).toBeLessThan(0);
    expect(likes[0]!.certainty).toBeGreaterThan(likes[1]!.certainty);
    expect(likes[2]!.certainty).toBeCloseTo(0.5, 6);
    const certain = likesOf({ mean: x(1.959964), covariance: x(1) })[0]!.certainty;
    expect(certain).toBeCloseTo(0.975, 6);
  });

  it("sets the sliders in proportion, at the strength asked for", () => {
    const weights = weightsFrom(taste, [2, 1], 2);
    expect(Math.hypot(...weights)).toBeCloseTo(2, 12);
    expect(weights[0]! / weights[1]!).toBeCloseTo(taste.mean[2]! / taste.mean[1]!, 12);
    expect(weightsFrom(fitTaste([], 2), [0, 1], 2)).toEqual([0, 0]);
  });

  it("is learned from differences in standard deviations", () => {
    const answers = [
      [1, 10, null],
      [3, 10, 2],
    ];
    const deviations = deviationsOf(answers);
    expect([...deviations]).toEqual([1, 0, 0]);
    expect([...differenceOf(answers[0]!, answers[1]!, deviations)]).toEqual([-2, 0, 0]);
  });

  it("leaves as preference pairs, one JSON line each, without the undecided", () => {
    const pair = { prompt: "p\n", left: "a", right: "b" };
    const text = preferencePairs([
      { ...pair, choice: "left" },
      { ...pair, choice: "same" },
      { ...pair, choice: "right" },
    ]);
    expect(
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { prompt: "p\n", chosen: "a", rejected: "b" },
      { prompt: "p\n", chosen: "b", rejected: "a" },
    ]);
    expect(preferencePairs([])).toBe("");
  });
});
