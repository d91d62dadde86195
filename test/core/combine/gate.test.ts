import { expect, test } from "vitest";
import { gateShares, letterSimilarity, mixedWeights, stateSimilarities } from "../../../src/core/combine/gate.ts";
import { fc } from "../../properties.ts";

const text = fc.string({ maxLength: 40 });
const state = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 4, maxLength: 4 });

test("the similarity of letters is symmetric, from 0 to 1, and 1 for a text and itself", () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const found = letterSimilarity(a, b);
      expect(found).toBeCloseTo(letterSimilarity(b, a), 12);
      expect(found).toBeGreaterThanOrEqual(0);
      expect(found).toBeLessThanOrEqual(1 + 1e-12);
    }),
  );
  expect(letterSimilarity("What is gravity?", "what is GRAVITY")).toBeCloseTo(1, 12);
  expect(letterSimilarity("", "What is gravity?")).toBe(0);
  // " a " alone against " a " and " b ": 1 / sqrt 2.
  expect(letterSimilarity("a", "a b")).toBeCloseTo(Math.SQRT1_2, 12);
});

test("the similarity of states is symmetric between labelled prompts, and 1 for one and itself", () => {
  fc.assert(
    fc.property(fc.array(state, { minLength: 2, maxLength: 5 }), (all) => {
      const table = all.map((own) => stateSimilarities(own, all));
      for (const [i, row] of table.entries()) {
        for (const [j, each] of row.entries()) {
          expect(each).toBeCloseTo(table[j]![i]!, 9);
          expect(Math.abs(each)).toBeLessThanOrEqual(1 + 1e-9);
        }
      }
      const isDistinct = table.every((row, i) => row[i] !== 0);
      if (isDistinct) for (const [i, row] of table.entries()) expect(row[i]).toBeCloseTo(1, 9);
    }),
  );
});

test("shares sum to one, the labelled prompt itself has the largest, and a low temperature gives it all", () => {
  const prompts = ["What is gravity?", "Write a letter to my landlord.", "Tell me a story about a cat."];
  for (const [own, prompt] of prompts.entries()) {
    for (const temperature of [0.01, 0.1, 1, 5]) {
      const shares = gateShares(
        prompts.map((each) => letterSimilarity(prompt, each)),
        temperature,
      );
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      expect(shares.indexOf(Math.max(...shares))).toBe(own);
      if (temperature === 0.01) expect(shares[own]).toBeGreaterThan(0.999);
    }
  }
  expect(gateShares([], 1)).toEqual([]);
});

test("weights are mixed by the shares", () => {
  expect(mixedWeights([0.25, 0.75], [{ joy: 4 }, { joy: 0, s1: 2 }])).toEqual({ joy: 1, s1: 1.5 });
  expect(mixedWeights([], [])).toEqual({});
});
