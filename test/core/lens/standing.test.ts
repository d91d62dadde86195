/** Against counts over all pairs, and tables worked out by hand. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { midRanks, spearman } from "../../../src/core/lens/ranks.ts";
import { auroc, percentile } from "../../../src/core/lens/standing.ts";

/** Few different numbers, so that ties are common. */
const numbers = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 12 });

describe("ranks", () => {
  it("are those of a table worked out by hand", () => {
    expect([...midRanks([30, 10, 20, 10, 30, 30])]).toEqual([5, 1.5, 3, 1.5, 5, 5]);
    expect([...midRanks([])]).toEqual([]);
  });

  it("are one more than the numbers below, and half of the equal ones", () => {
    fc.assert(
      fc.property(numbers, (x) => {
        const counted = x.map(
          (own) => 0.5 + x.filter((each) => each < own).length + x.filter((each) => each === own).length / 2,
        );
        expect([...midRanks(x)]).toEqual(counted);
      }),
    );
  });
});

describe("Spearman's correlation", () => {
  it("is that of a table worked out by hand", () => {
    // Differences of ranks 0, -1, 1, 0, 0: 1 - 6 * 2 / (5 * 24).
    expect(spearman([1, 2, 3, 4, 5], [10, 30, 20, 40, 50])).toBeCloseTo(0.9, 12);
    // Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: covariance 4.5 over sqrt(4.5 * 5).
    expect(spearman([1, 2, 2, 3], [1, 3, 2, 4])).toBeCloseTo(4.5 / Math.sqrt(22.5), 12);
    expect(spearman([1, 2, 3], [9, 4, -1])).toBeCloseTo(-1, 12);
  });

  it("is not defined for one pair, nor where one side is all equal", () => {
    expect(spearman([1], [2])).toBeNull();
    expect(spearman([1, 2, 3], [5, 5, 5])).toBeNull();
    expect(() => spearman([1, 2], [1])).toThrow("2 and 1 numbers");
  });

  it("sees only the order", () => {
    fc.assert(
      fc.property(numbers, (x) => {
        const y = x.map((each, i) => (each * 7919 + i * 31) % 5);
        const bent = x.map((each) => Math.exp(each));
        expect(spearman(bent, y) ?? 2).toBeCloseTo(spearman(x, y) ?? 2, 12);
      }),
    );
  });
});

describe("AUROC", () => {
  it("is the share of pairs in which the first is above, ties counted half", () => {
    fc.assert(
      fc.property(numbers, numbers, (x, y) => {
        let sum = 0;
        for (const a of x) for (const b of y) sum += a > b ? 1 : a === b ? 0.5 : 0;
        expect(auroc(x, y)).toBeCloseTo(sum / (x.length * y.length), 12);
      }),
    );
  });

  it("is 1, 0 and a half where it must be, and nothing for an empty group", () => {
    expect(auroc([3, 4], [1, 2])).toBe(1);
    expect(auroc([1, 2], [3, 4])).toBe(0);
    expect(auroc([2, 2], [2])).toBe(0.5);
    expect(auroc([], [1])).toBeNull();
    expect(auroc([1], [])).toBeNull();
  });
});

describe("a percentile", () => {
  it("is the AUROC of one number against the sample", () => {
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 5 }), numbers, (value, sample) => {
        expect(percentile(value, sample)).toBeCloseTo(auroc([value], sample)!, 12);
      }),
    );
  });

  it("counts equal numbers half", () => {
    expect(percentile(2, [1, 2, 2, 3])).toBe(0.5);
    expect(percentile(9, [1, 2])).toBe(1);
    expect(percentile(1, [])).toBeNull();
  });
});
