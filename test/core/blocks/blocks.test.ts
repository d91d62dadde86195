import { describe, expect, test } from "vitest";
import { blockwiseKlBound, blockwiseLaw } from "../../../src/core/blocks/blockwise.ts";
import { acceptanceProbability, cardsThreshold, keptCount } from "../../../src/core/blocks/rejection.ts";
import { klDivergence } from "../../../src/core/logprobs.ts";
import { fc } from "../../properties.ts";

/** Every K-tuple of draws, the first of the highest value kept. */
function enumerated(probs: readonly number[], values: readonly number[], k: number): number[] {
  const law = probs.map(() => 0);
  const walk = (draws: readonly number[], mass: number): void => {
    if (draws.length === k) {
      const best = draws.reduce((lead, v) => (values[v]! > values[lead]! ? v : lead));
      law[best]! += mass;
      return;
    }
    for (const [v, p] of probs.entries()) walk([...draws, v], mass * p);
  };
  walk([], 1);
  return law;
}

const world = fc
  .array(fc.record({ mass: fc.double({ min: 0.05, max: 1, noNaN: true }), value: fc.integer({ min: 0, max: 3 }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((blocks) => {
    const total = blocks.reduce((sum, { mass }) => sum + mass, 0);
    return { probs: blocks.map(({ mass }) => mass / total), values: blocks.map(({ value }) => value) };
  });

describe("blockwise best-of-K", () => {
  test("has the law that enumeration finds, ties included", () => {
    fc.assert(
      fc.property(world, fc.integer({ min: 1, max: 4 }), ({ probs, values }, k) => {
        const exact = enumerated(probs, values, k);
        for (const [v, p] of blockwiseLaw(probs, values, k).entries()) expect(p).toBeCloseTo(exact[v]!, 12);
      }),
    );
  });

  test("stays under its bound", () => {
    fc.assert(
      fc.property(world, fc.integer({ min: 1, max: 16 }), ({ probs, values }, k) => {
        const law = blockwiseLaw(probs, values, k).map(Math.log);
        expect(klDivergence(law, probs.map(Math.log))).toBeLessThanOrEqual(blockwiseKlBound(1, k) + 1e-12);
      }),
    );
  });

  test("leaves out what the policy never draws", () => {
    expect(blockwiseLaw([0, 1], [5, 1], 3)).toEqual([0, 1]);
  });
});

describe("giving up early", () => {
  test("rounds halves to the even number", () => {
    expect([1, 3, 5, 7].map((texts) => keptCount(texts, 0.5))).toEqual([0, 2, 2, 4]);
    expect(keptCount(8, 0.25)).toBe(6);
  });

  test("accepts what reaches the threshold, which ends at the aim", () => {
    const schedule = { promptReward: 0, aim: 4, start: 0.5, maxTokens: 100 };
    expect(cardsThreshold(schedule, 0)).toBe(2);
    expect(cardsThreshold(schedule, 50)).toBe(3);
    expect(cardsThreshold(schedule, 400)).toBe(4);
    expect(acceptanceProbability(3.5, 3, 0.7)).toBe(1);
    expect(acceptanceProbability(2.3, 3, 0.7)).toBeCloseTo(Math.exp(-1), 12);
  });
});
