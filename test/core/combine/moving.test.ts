import { describe, expect, test } from "vitest";
import { movedWeights, movingOf } from "../../../src/core/combine/moving.ts";
import type { Moving } from "../../../src/core/combine/way-types.ts";

const goals = (targets: Record<string, number>, eta = 0.5, most = {}): Moving => ({
  type: "goals",
  targets,
  eta,
  most,
});

describe("weights that move by goals", () => {
  test("grow by what is missing, keep the direction of the wish, and stop at 0 and at the slider’s end", () => {
    const start = { joy: 1, adventure: -1, detail: 2 };
    const way = goals({ joy: 1, adventure: 0.5 }, 0.5, { adventure: 1.2 });
    const moved = movedWeights(way, start, start, { joy: 0.4, adventure: 0.5 });
    // Less adventure: the reward in that direction is -0.5, so 1 is missing.
    expect(moved).toEqual({ joy: 1.3, adventure: -1.2, detail: 2 });
    expect(movedWeights(way, start, { ...start, joy: 0.1 }, { joy: 9, adventure: -0.5 })).toEqual({
      joy: 0,
      adventure: -1,
      detail: 2,
    });
  });

  test("come back from 0, and rest where a reward is not known", () => {
    const start = { joy: 1 };
    expect(movedWeights(goals({ joy: 1 }), start, { joy: 0 }, { joy: 0 })).toEqual({ joy: 0.5 });
    expect(movedWeights(goals({ joy: 1 }), start, { joy: 0 }, { joy: null })).toEqual({ joy: 0 });
  });
});

describe("weights that move to the wish behind", () => {
  const worst: Moving = { type: "worst", eta: 1 };

  test("keep their total size and are even for even rewards", () => {
    const start = { joy: 1, adventure: -1 };
    expect(movedWeights(worst, start, start, { joy: 0.7, adventure: -0.7 })).toEqual({ joy: 1, adventure: -1 });
    const moved = movedWeights(worst, start, start, { joy: 1, adventure: 0 });
    // e^-1 against 1, of 2.
    expect(moved.joy).toBeCloseTo((2 * Math.exp(-1)) / (1 + Math.exp(-1)), 12);
    expect(moved.joy! - moved.adventure!).toBeCloseTo(2, 12);
  });

  test("end at the max-min of a quadratic: both rewards equal", () => {
    // max -x²/2 + w·A x over x has x = Aᵀw; at the max-min over equal totals both rewards are one.
    const gram = [
      [1, -0.2],
      [-0.2, 0.5],
    ];
    const start = { joy: 1, adventure: 1 };
    let now: { joy?: number; adventure?: number } = start;
    const rewardOf = (row: readonly number[]): number => row[0]! * now.joy! + row[1]! * now.adventure!;
    for (let i = 0; i < 400; i++)
      now = movedWeights({ type: "worst", eta: 0.3 }, start, now, {
        joy: rewardOf(gram[0]!),
        adventure: rewardOf(gram[1]!),
      });
    expect(rewardOf(gram[0]!)).toBeCloseTo(rewardOf(gram[1]!), 9);
    expect(now.joy! + now.adventure!).toBeCloseTo(2, 9);
  });
});

test("only lanes that choose token by token have weights that move", () => {
  const combine: Moving = { type: "worst", eta: 1 };
  expect(movingOf({ id: "genarm", beta: 1, weights: {}, combine })).toBe(combine);
  expect(movingOf({ id: "bon", n: 2, beta: 1, weights: {}, ensemble: "mean", lambda: 0, combine })).toBeNull();
  expect(movingOf({ id: "genarm", beta: 1, weights: {} })).toBeNull();
});
