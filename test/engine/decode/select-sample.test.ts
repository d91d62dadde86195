import { describe, expect, it } from "vitest";
import type { BestOfN } from "../../../src/core/types.ts";
import { selectSample } from "../../../src/engine/decode/select-sample.ts";

const HARD: BestOfN = { id: "bon", n: 3, beta: 1, weights: { joy: 1 }, ensemble: "mean", lambda: 0.5 };

function sample(joy: readonly number[], adventure: readonly number[] = joy.map(() => 0)) {
  return { rewardMembers: { joy, adventure }, truth: { joy: joy[0]!, adventure: null } };
}

const SAMPLES = [sample([1, 1, 1]), sample([4, 0, 2]), sample([1.8, 1.7, 1.9])];

describe("the choice among samples", () => {
  it("depends on the ensemble: the mean takes the disputed sample, the cautious ones the agreed", () => {
    expect(selectSample(HARD, SAMPLES, 0).chosen).toBe(1);
    expect(selectSample({ ...HARD, ensemble: "wco" }, SAMPLES, 0).chosen).toBe(2);
    expect(selectSample({ ...HARD, ensemble: "uwo" }, SAMPLES, 0)).toEqual({
      chosen: 2,
      scores: [1, expect.closeTo(2 - 0.5 * (8 / 3), 12), expect.closeTo(1.8 - 0.5 * (0.02 / 3), 12)],
    });
  });

  it("takes the worst case of the weighted sum, also for a negative weight", () => {
    const averse: BestOfN = { ...HARD, weights: { joy: -1 }, ensemble: "wco" };
    expect(selectSample(averse, SAMPLES, 0).scores).toEqual([-1, -4, -1.9]);
    const both: BestOfN = { ...HARD, weights: { joy: 1, adventure: 2 }, ensemble: "wco" };
    expect(selectSample(both, [sample([3, 0], [0, 2])], 0).scores).toEqual([3]);
  });

  it("by the oracle reads the truth alone, and passes over texts where it is not defined", () => {
    const oracle: BestOfN = { ...HARD, id: "oracle-bon" };
    const truths = [null, 0.2, 0.5].map((joy) => ({ rewardMembers: { joy: [9] }, truth: { joy } }));
    expect(selectSample(oracle, truths, 0)).toEqual({ chosen: 2, scores: [null, 0.2, 0.5] });
    expect(selectSample({ ...oracle, weights: { adventure: 1 } }, SAMPLES, 0)).toEqual({
      chosen: 0,
      scores: [null, null, null],
    });
  });

  it("by soft best-of-N is fixed by the seed, and moves with it", () => {
    const soft: BestOfN = { ...HARD, id: "soft-bon", beta: 3 };
    const choices = Array.from({ length: 40 }, (_, seed) => selectSample(soft, SAMPLES, seed).chosen);
    expect(Array.from({ length: 40 }, (_, seed) => selectSample(soft, SAMPLES, seed).chosen)).toEqual(choices);
    expect(new Set(choices).size).toBe(3);
    expect(selectSample({ ...soft, beta: 1e-3 }, SAMPLES, 5).chosen).toBe(1);
  });

  it("scores nothing for token strategies, and null for a sample that was not judged", () => {
    expect(selectSample({ id: "base" }, SAMPLES, 0)).toEqual({ chosen: 0, scores: [] });
    expect(selectSample(HARD, [{ rewardMembers: {}, truth: {} }], 0)).toEqual({ chosen: 0, scores: [null] });
  });
});
