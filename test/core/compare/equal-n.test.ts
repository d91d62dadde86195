import { describe, expect, test } from "vitest";
import { equalN, expectedChosen } from "../../../src/core/compare/equal-n.ts";
import { fc } from "../../properties.ts";

const sample = fc.record({ rank: fc.integer({ min: -9, max: 9 }), value: fc.double({ min: -5, max: 5, noNaN: true }) });
const pool = fc.uniqueArray(sample, { minLength: 1, maxLength: 7, selector: ({ rank }) => rank });

describe("the expected value of the best by rank", () => {
  test("is the mean over all subsets of that size", () => {
    fc.assert(
      fc.property(pool, fc.nat(6), (samples, pick) => {
        const n = 1 + (pick % samples.length);
        const best: number[] = [];
        for (let mask = 0; mask < 2 ** samples.length; mask++) {
          const chosen = samples.filter((_, i) => (mask >> i) & 1);
          if (chosen.length !== n) continue;
          best.push(chosen.reduce((lead, own) => (own.rank > lead.rank ? own : lead)).value);
        }
        const mean = best.reduce((sum, value) => sum + value, 0) / best.length;
        expect(expectedChosen(samples, n)).toBeCloseTo(mean, 9);
      }),
    );
  });

  test("refuses more than there are", () => {
    expect(() => expectedChosen([{ rank: 1, value: 1 }], 2)).toThrow("n must be from 1 to 1, got 2");
  });
});

describe("equal N", () => {
  const ranked = [1, 2, 3, 4].map((value) => ({ rank: value, value }));

  test("is where the curve of the pools reaches the target", () => {
    // E_1 = 2.5, E_2 = 10/3, E_3 = 3.75, E_4 = 4.
    expect(equalN([ranked], 2.5)).toEqual({ type: "equal", n: 1 });
    const found = equalN([ranked], 3);
    expect(found.type).toBe("equal");
    expect(found.n).toBeCloseTo(1 + (3 - 2.5) / (10 / 3 - 2.5), 9);
    expect(equalN([ranked], 4).n).toBeCloseTo(4, 9);
  });

  test("is told as a bound outside the pools", () => {
    expect(equalN([ranked], 2.4)).toEqual({ type: "below", n: 1 });
    expect(equalN([ranked], 4.1)).toEqual({ type: "above", n: 4 });
    expect(equalN([ranked, ranked.slice(0, 2)], 9)).toEqual({ type: "above", n: 2 });
  });

  test("of the expected value at n is n again", () => {
    fc.assert(
      fc.property(pool, fc.nat(6), (samples, pick) => {
        const own = samples.map(({ rank }) => ({ rank, value: rank }));
        const n = 1 + (pick % own.length);
        const found = equalN([own], expectedChosen(own, n));
        expect(found.type).toBe("equal");
        expect(found.n).toBeCloseTo(n, 6);
      }),
    );
  });
});
