import { describe, expect, it } from "vitest";
import { expOf } from "../../src/core/exp.ts";
import { fc } from "../properties.ts";

describe("The fast exponential", () => {
  it("is e^x to 1e-15 of itself, for every number that has a normal one", () => {
    fc.assert(
      fc.property(fc.double({ min: -708, max: 0, noNaN: true }), (x) => {
        expect(Math.abs(expOf(x) / Math.exp(x) - 1)).toBeLessThan(1e-15);
      }),
      { numRuns: 5000 },
    );
    for (let step = 0; step < 64 * 40; step++) {
      // Where one part of the table ends and the next begins.
      const edge = (-(step + 0.5) * Math.LN2) / 64;
      for (const x of [edge, edge - 1e-12, edge + 1e-12])
        expect(Math.abs(expOf(x) / Math.exp(x) - 1)).toBeLessThan(1e-15);
    }
  });

  it("is 1 at 0, ends in the smallest numbers and then in 0, and says NaN of NaN", () => {
    expect(expOf(0)).toBe(1);
    expect(expOf(-0)).toBe(1);
    for (const x of [-709, -730, -744])
      expect(Math.abs(expOf(x) - Math.exp(x))).toBeLessThanOrEqual(5e-324 + 1e-15 * Math.exp(x));
    for (const x of [-745.5, -1e9, -Infinity]) expect(expOf(x)).toBe(0);
    expect(expOf(NaN)).toBeNaN();
  });
});
