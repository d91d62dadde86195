import { assert, double, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { simpoLoss } from "../../../src/core/estimators/simpo.ts";
import { averageLogprob } from "../../../src/core/sources/average-logprob.ts";
import { labelLogOdds } from "../../../src/core/sources/classifier.ts";
import { contrast, credit, logSigmoid, textContrast } from "../../../src/core/sources/contrastive.ts";
import { followUpReward } from "../../../src/core/sources/follow-up.ts";
import { siblingRatio, textRatio } from "../../../src/core/sources/sibling-ratio.ts";
import { textSibling } from "../../../src/core/sources/sibling.ts";

const distribution = (...numbers: number[]): Float64Array => Float64Array.from(numbers);

describe("ratios", () => {
  it("say nothing where both models exclude a token, and forbid what only one excludes", () => {
    expect([...siblingRatio(distribution(-Infinity, -1, -Infinity), distribution(-Infinity, -3, -2))]).toEqual([
      0,
      2,
      -Infinity,
    ]);
  });

  it("are the mean over a text, so that a text twice over is worth the same", () => {
    expect(textRatio(distribution(-1, -2), distribution(-2, -4))).toBe(1.5);
    expect(textRatio(distribution(-1, -2, -1, -2), distribution(-2, -4, -2, -4))).toBe(1.5);
    expect(textContrast(distribution(-1, -2), distribution(-2, -4))).toBe(1.5);
    expect([
      textRatio(distribution(), distribution()),
      textContrast(distribution(), distribution()),
      textSibling(distribution()),
    ]).toEqual([null, null, null]);
    expect(textSibling(distribution(-1, -4))).toBe(-2.5);
  });

  it("refuse distributions of different lengths", () => {
    expect(() => contrast(distribution(-1), distribution(-1, -2))).toThrow("1 numbers against 2");
  });

  it("give credits between -1/2 and 1/2 that are odd in the ratio, also far out", () => {
    assert(
      property(double({ min: -800, max: 800, noNaN: true }), (r) => {
        expect(Math.abs(credit(r))).toBeLessThanOrEqual(0.5);
        expect(credit(r)).toBeCloseTo(-credit(-r), 12);
        expect(credit(r)).toBeCloseTo(0.5 * Math.tanh(r / 2), 12);
        // log sigmoid(r) - log sigmoid(-r) = r, whatever overflows on the way.
        expect(logSigmoid(r) - logSigmoid(-r)).toBeCloseTo(r, 9);
      }),
    );
  });
});

describe("follow-ups and averages", () => {
  it("count each follow-up once, however long it is", () => {
    const reward = followUpReward([distribution(-1, -3), distribution(-4)], [distribution(-6, -6, -6)]);
    expect(reward).toBe((-2 + -4) / 2 - -6);
    expect(followUpReward([distribution(-2)], [])).toBe(-2);
    expect(followUpReward([], [distribution(-2)])).toBe(2);
  });

  it("average over tokens and say nothing of no text", () => {
    expect(averageLogprob(distribution(-1, -2, -3))).toBe(-2);
    expect(averageLogprob(distribution())).toBeNull();
  });

  it("lose nothing where the margin is met for certain, log 2 where it is met evenly", () => {
    expect(simpoLoss(-1, -1.25, 2, 0.25)).toBeCloseTo(Math.LN2, 12);
    expect(simpoLoss(0, -1000, 2, 0.25)).toBeCloseTo(0, 12);
  });
});

describe("a classifier's label", () => {
  it("counts as log-odds, which change sign with the label of two", () => {
    expect(labelLogOdds([1.5, -0.5], 0, false)).toBeCloseTo(2, 12);
    expect(labelLogOdds([1.5, -0.5], 1, false)).toBeCloseTo(-2, 12);
  });

  it("agrees with probabilities computed the long way", () => {
    const logits = [0.3, -1.2, 2.1];
    const exps = logits.map(Math.exp);
    const p = exps[2]! / exps.reduce((sum, each) => sum + each, 0);
    expect(labelLogOdds(logits, 2, false)).toBeCloseTo(Math.log(p / (1 - p)), 12);
    // A sigmoid each: the logit is the log-odds already.
    expect(labelLogOdds(logits, 1, true)).toBe(-1.2);
  });

  it("refuses a label that the model does not have", () => {
    expect(() => labelLogOdds([1, 2], 2, false)).toThrow("label 2 of 2");
  });
});
