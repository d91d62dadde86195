import { describe, expect, it } from "vitest";
import { expectedGain, nextPair } from "../../../src/core/clicks/next-pair.ts";
import { fitTaste, response } from "../../../src/core/clicks/taste.ts";
import { hashed } from "../../fakes.ts";

const difference = (seed: number, measures: number): Float64Array =>
  Float64Array.from({ length: measures }, (_, i) => 2 * hashed(seed, i));

describe("the next pair", () => {
  const unsure = fitTaste([], 2);

  it("is the one whose answer shrinks the taste's entropy most", () => {
    const x = Float64Array.of(1, 0);
    const before = fitTaste([], 2, { prior: 1, slip: 0 });
    // At margin 0 the information is 1/4, so the entropy falls by 1/2 log(1 + 1/4).
    expect(expectedGain(before, x, 0)).toBeCloseTo(0.5 * Math.log(1.25), 12);
    const known = fitTaste(
      Array.from({ length: 12 }, () => ({ difference: x, choice: "left" })),
      2,
    );
    const pairs = [x, Float64Array.of(0, 1), Float64Array.of(0.1, 0.1)];
    expect(nextPair(known, pairs, 12, 1)).toEqual({ index: 1, isRandom: false });
  });

  it("teaches nothing where both answers measure the same", () => {
    expect(expectedGain(unsure, Float64Array.of(0, 0), 0.1)).toBe(0);
    expect(response(0, 0.1)).toMatchObject({ p: 0.5 });
  });

  it("is drawn at random every fourth time, the same one for the same seed", () => {
    const pairs = Array.from({ length: 40 }, (_, i) => difference(i, 2));
    const kinds = Array.from({ length: 8 }, (_, n) => nextPair(unsure, pairs, n, 5)!.isRandom);
    expect(kinds).toEqual([false, false, false, true, false, false, false, true]);
    expect(nextPair(unsure, pairs, 3, 5)).toEqual(nextPair(unsure, pairs, 3, 5));
    const drawn = new Set(Array.from({ length: 30 }, (_, n) => nextPair(unsure, pairs, 4 * n + 3, 5)!.index));
    expect(drawn.size).toBeGreaterThan(10);
    expect(nextPair(unsure, [], 0, 1)).toBeNull();
  });
});
