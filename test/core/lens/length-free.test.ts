/** Against Spearman's correlation itself on a fine grid, and tables worked out by hand. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lengthSlope, withoutLength } from "../../../src/core/lens/length-free.ts";
import { spearman } from "../../../src/core/lens/ranks.ts";

const texts = fc.array(fc.tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 1, max: 30 })), {
  minLength: 2,
  maxLength: 9,
});

const correlation = (rewards: readonly number[], lengths: readonly number[], p: number): number =>
  spearman(withoutLength(rewards, lengths, p), lengths) ?? 0;

describe("the reward without length", () => {
  it("takes a straight line in length out altogether", () => {
    const lengths = [4, 9, 11, 20];
    expect(lengthSlope([8, 3, 1, -8], lengths)).toBeCloseTo(-1, 12);
    expect(withoutLength([8, 3, 1, -8], lengths, -1)).toEqual([12, 12, 12, 12]);
  });

  it("is the weighted median of the slopes of all pairs", () => {
    // Slopes 1 (weight 1), 5 / 2 (weight 2) and 4 (weight 1): half of the weight is passed inside the heavy one.
    expect(lengthSlope([0, 1, 5], [1, 2, 3])).toBe(2.5);
  });

  it("needs texts of more than one length", () => {
    expect(lengthSlope([1, 2, 3], [5, 5, 5])).toBe(0);
    expect(lengthSlope([1], [5])).toBe(0);
    expect(lengthSlope([], [])).toBe(0);
    expect(() => lengthSlope([1, 2], [1])).toThrow("2 rewards of 1 lengths");
  });

  it("comes as near to no correlation as any p does", () => {
    fc.assert(
      fc.property(texts, (pairs) => {
        const [rewards, lengths] = [pairs.map(([r]) => r), pairs.map(([, l]) => l)];
        const found = Math.abs(correlation(rewards, lengths, lengthSlope(rewards, lengths)));
        // Between two slopes nothing changes, so all that p can do is tried: each slope, and a point on either side of it.
        const slopes = rewards.flatMap((r, i) =>
          rewards.flatMap((q, j) => (lengths[i] === lengths[j] ? [] : [(r - q) / (lengths[i]! - lengths[j]!)])),
        );
        const sorted = [...new Set(slopes)].toSorted((a, b) => a - b);
        const tried = sorted.flatMap((p, i) => [p, (p + (sorted[i + 1] ?? p + 1)) / 2, p - 1e-6]);
        for (const p of tried) expect(found).toBeLessThanOrEqual(Math.abs(correlation(rewards, lengths, p)) + 1e-12);
      }),
      { numRuns: 300 },
    );
  });

  it("correlates the less with length the larger p is", () => {
    fc.assert(
      fc.property(texts, fc.double({ min: -9, max: 9, noNaN: true }), (pairs, p) => {
        const [rewards, lengths] = [pairs.map(([r]) => r), pairs.map(([, l]) => l)];
        const sum = (by: number): number => spearmanSum(withoutLength(rewards, lengths, by), lengths);
        expect(sum(p + 0.37)).toBeLessThanOrEqual(sum(p) + 1e-9);
      }),
    );
  });
});

/** The sum of products of ranks, by counting pairs: the part of the correlation that p moves. */
function spearmanSum(x: readonly number[], y: readonly number[]): number {
  const ranks = (all: readonly number[]) =>
    all.map((own) => all.reduce((sum, each) => sum + (each < own ? 1 : each === own ? 0.5 : 0), 0));
  const [a, b] = [ranks(x), ranks(y)];
  return a.reduce((sum, rank, i) => sum + rank * b[i]!, 0);
}
