import { describe, expect, test } from "vitest";
import { harmonicOf, robustScore, vetoedSum, weightedSumOf, worstOf } from "../../../src/core/combine/combine.ts";
import { movedMultipliers } from "../../../src/core/combine/goals.ts";
import { priorityTournament } from "../../../src/core/combine/priority.ts";
import { winnersUnder, type Candidate, type Combination } from "../../../src/core/combine/winners.ts";
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
    expect(vetoedSum([1, -0.4], [1, 1], -0.5)).toBe(0.6);
    expect(vetoedSum([1, -0.6], [1, 1], -0.5)).toBeNull();
    expect(vetoedSum([1, 0.6], [1, -1], -0.5)).toBeNull();
    expect(robustScore([1, 2, 6], 0)).toBe(1);
    expect(robustScore([1, 2, 6], 1)).toBe(3);
    expect(robustScore([1, 2, 6], 0.25)).toBe(1.5);
  });

  test("is null where a reward with a weight is not defined, and only there", () => {
    for (const combine of [
      weightedSumOf,
      worstOf,
      harmonicOf,
      (r: (number | null)[], w: number[]) => vetoedSum(r, w, -9),
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

describe("the winners side by side", () => {
  const settings = { floor: -0.5, margin: 0.3, lambda: 0.5, penalty: 0.5 };
  const reward = fc.double({ min: -2, max: 2, noNaN: true });
  const candidate = fc.record({
    rewards: fc.array(reward, { minLength: 3, maxLength: 3 }),
    members: fc.array(reward, { minLength: 2, maxLength: 2 }),
  });

  /** Each rule once more, written as its sentence says it: index of the first sample that no other sample exceeds. */
  function byBruteForce(
    samples: readonly Candidate[],
    weights: readonly number[],
  ): Partial<Record<Combination, number>> {
    const first = (score: (own: Candidate) => number): number =>
      samples.findIndex((own) => samples.every((other) => score(other) <= score(own)));
    const sum = ({ rewards }: Candidate): number => rewards.reduce((s: number, r, i) => s + r! * weights[i]!, 0);
    const m = ({ members }: Candidate): number => (members[0]! + members[1]!) / 2;
    return {
      sum: first(sum),
      worst: first(({ rewards }) => Math.min(...rewards.map((r, i) => r! * weights[i]!))),
      harmonic: first(({ rewards }) => -rewards.reduce((s: number, r, i) => s + weights[i]! * (1 + Math.exp(-r!)), 0)),
      robust: first((own) => 0.5 * m(own) + 0.5 * Math.min(...own.members)),
      uncertainty: first((own) => m(own) - 0.5 * ((own.members[0]! - own.members[1]!) / 2) ** 2),
    };
  }

  test("are those of brute force", () => {
    fc.assert(
      fc.property(fc.array(candidate, { minLength: 1, maxLength: 6 }), (samples) => {
        const found = winnersUnder(samples, [1, 0.5, 2], settings);
        for (const [combination, winner] of Object.entries(byBruteForce(samples, [1, 0.5, 2]))) {
          const own = found.find((each) => each.combination === combination)!;
          expect(own.winner).not.toBeNull();
          const scores = own.scores as number[];
          // Equal to the last bit is not asked of sums in another order.
          expect(scores[own.winner!]).toBeCloseTo(scores[winner]!, 9);
        }
        const vetoed = found.find(({ combination }) => combination === "veto")!;
        for (const [i, { rewards }] of samples.entries())
          expect(vetoed.scores[i] === null).toBe(rewards.some((r) => r < -0.5));
      }),
    );
  });

  test("are nobody where every sample is vetoed or nothing is known", () => {
    const found = winnersUnder([{ rewards: [-1, null], members: [] }], [1, 0], settings);
    expect(found.find(({ combination }) => combination === "veto")?.winner).toBeNull();
    expect(found.find(({ combination }) => combination === "robust")?.winner).toBeNull();
    expect(found.find(({ combination }) => combination === "sum")?.winner).toBe(0);
    const unknown = winnersUnder(
      [
        { rewards: [null], members: [] },
        { rewards: [1], members: [] },
      ],
      [1],
      settings,
    );
    expect(unknown.find(({ combination }) => combination === "majority")).toMatchObject({
      winner: 1,
      scores: [null, 0],
    });
  });

  test("put the heaviest wish first in priority", () => {
    const samples = [
      { rewards: [0, 1], members: [] },
      { rewards: [2, 0], members: [] },
    ];
    const priority = (weights: number[]) =>
      winnersUnder(samples, weights, settings).find(({ combination }) => combination === "priority")?.winner;
    expect(priority([1, 2])).toBe(0);
    expect(priority([2, 1])).toBe(1);
  });
});
