import { describe, expect, test } from "vitest";
import { harmonicOf, vetoedSum, weightedSumOf, worstOf } from "../../../src/core/combine/combine.ts";
import { ensembleScore } from "../../../src/core/ensembles.ts";
import { movedMultipliers } from "../../../src/core/combine/goals.ts";
import { priorityTournament } from "../../../src/core/combine/priority.ts";
import { worstCaseWeights } from "../../../src/core/combine/worst-case-weights.ts";
import { fc } from "../../properties.ts";

describe("one score from several rewards", () => {
  test("by hand", () => {
    expect(weightedSumOf([1, -2, 4], [2, 1, 0])).toBe(0);
    expect(worstOf([1, -2, -9], [2, 1, 0])).toBe(-2);
    expect(worstOf([1, 3], [1, -1])).toBe(-3);
    // σ(0) = 1/2 twice.
    expect(harmonicOf([0, 0], [1, 2])).toBeCloseTo(0.5, 12);
    // 2 / (1/0.75 + 1/0.25), and log 3 is the logit of 3/4.
    expect(harmonicOf([Math.log(3), -Math.log(3)], [1, 1])).toBeCloseTo(0.375, 12);
    expect(harmonicOf([Math.log(3), Math.log(3)], [1, -1])).toBeCloseTo(0.375, 12);
    expect(vetoedSum([1, -0.4], [1, 1], [-0.5, -0.5])).toBe(0.6);
    expect(vetoedSum([1, -0.6], [1, 1], [-0.5, -0.5])).toBeNull();
    expect(vetoedSum([1, 0.6], [1, -1], [-0.5, -0.5])).toBeNull();
    expect(vetoedSum([1, 0.6], [1, -1], [-0.5, -Infinity])).toBe(0.4);
    expect(ensembleScore([1, 2, 6], "robust", 0)).toBe(1);
    expect(ensembleScore([1, 2, 6], "robust", 1)).toBe(3);
    expect(ensembleScore([1, 2, 6], "robust", 0.25)).toBe(1.5);
  });

  test("is null where a reward with a weight is not defined, and only there", () => {
    for (const combine of [
      weightedSumOf,
      worstOf,
      harmonicOf,
      (r: (number | null)[], w: number[]) => vetoedSum(r, w, [-9, -9]),
    ]) {
      expect(combine([1, null], [1, 1])).toBeNull();
      expect(combine([1, null], [1, 0])).not.toBeNull();
    }
  });

  test("the harmonic mean grows with every reward and lies between the least and the greatest", () => {
    const reward = fc.double({ min: -4, max: 4, noNaN: true });
    fc.assert(
      fc.property(fc.array(reward, { minLength: 2, maxLength: 5 }), fc.nat(4), (rewards, at) => {
        const weights = rewards.map((_, i) => i + 1);
        const before = harmonicOf(rewards, weights)!;
        const logistic = rewards.map((x) => 1 / (1 + Math.exp(-x)));
        expect(before).toBeGreaterThanOrEqual(Math.min(...logistic) - 1e-12);
        expect(before).toBeLessThanOrEqual(Math.max(...logistic) + 1e-12);
        const more = rewards.map((x, i) => (i === at % rewards.length ? x + 0.5 : x));
        expect(harmonicOf(more, weights)!).toBeGreaterThan(before);
      }),
    );
  });
});

describe("priority with margins", () => {
  const order = [
    { wish: 0, margin: 0.5 },
    { wish: 1, margin: 0 },
  ];
  test("lets the first wish decide, and the second one where the first is close", () => {
    const { beats } = priorityTournament(
      [
        [1, 0],
        [0.2, 9],
        [0.8, 1],
      ],
      order,
    );
    expect(beats[0]).toEqual([0, 1, -1]);
    expect(beats[1]).toEqual([-1, 0, -1]);
  });

  test("can go in a circle, because margins add up", () => {
    const found = priorityTournament(
      [
        [0, 3],
        [0.4, 2],
        [0.8, 1],
      ],
      order,
    );
    expect(found.cyclic).toBe(1);
  });
});

describe("multipliers", () => {
  test("converge on a quadratic: max -x²/2 + w x has x = w, so w ends at the goal", () => {
    for (const goal of [0.8, 2, -0.7]) {
      let [w] = [0.3] as [number];
      for (let i = 0; i < 400; i++) [w] = movedMultipliers([w], [goal], [w], 0.1) as [number];
      expect(w).toBeCloseTo(Math.max(0, goal), 9);
    }
  });

  test("with two goals that pull against each other stop at the saddle", () => {
    // max -|x|²/2 + w·A x over x has x = Aᵀw, so rewards A Aᵀ w; goals inside the cone are met exactly.
    const gram = [
      [1, -0.3],
      [-0.3, 1],
    ];
    let w: number[] = [0, 0];
    const rewards = (): number[] => gram.map((row) => row[0]! * w[0]! + row[1]! * w[1]!);
    for (let i = 0; i < 2000; i++) w = movedMultipliers(w, [0.5, 0.2], rewards(), 0.05);
    for (const [i, goal] of [0.5, 0.2].entries()) expect(rewards()[i]).toBeCloseTo(goal, 9);
  });
});

describe("worst-case weights", () => {
  const table = fc.array(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 2 }), {
    minLength: 2,
    maxLength: 5,
  });
  test("are the least of a fine grid over the simplex", () => {
    fc.assert(
      fc.property(table, fc.double({ min: 0.2, max: 4, noNaN: true }), (values, lambda) => {
        const at = (w: number): number =>
          Math.log(values.reduce((sum, [x, y]) => sum + Math.exp(lambda * (w * x! + (1 - w) * y!)), 0) / values.length);
        const least = Math.min(...Array.from({ length: 401 }, (_, i) => at(i / 400)));
        const found = worstCaseWeights(values, lambda);
        expect(found.objective).toBeLessThanOrEqual(least + 1e-6);
        expect(found.objective).toBeCloseTo(at(found.weights[0]!), 9);
        expect(found.weights[0]! + found.weights[1]!).toBeCloseTo(1, 12);
      }),
      { numRuns: 40 },
    );
  });

  test("put all weight on an objective that is worse everywhere", () => {
    const { weights } = worstCaseWeights(
      [
        [1, 0],
        [2, 0.5],
      ],
      1,
    );
    expect(weights[1]).toBeGreaterThan(0.999);
  });
});
