import { describe, expect, test } from "vitest";
import { stepReturn, type StepRule } from "../../../src/core/blocks/step-rewards.ts";
import { fc } from "../../properties.ts";

const rewards = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 8 });
const of = (rule: StepRule, own: readonly (number | null)[], eta = 0): number | null => stepReturn(own, { rule, eta });

describe("the return of a block's sentences", () => {
  test("by hand", () => {
    const own = [0.5, 0.8, 0.9];
    expect(of("text", own)).toBe(0.9);
    expect(of("sum", own)).toBeCloseTo(2.2, 12);
    expect(of("clip", own, 0.6)).toBeCloseTo(-0.1, 12);
    expect(of("delta", own)).toBeCloseTo(0.5, 12);
  });

  test("grows with every repeated reward in a sum, and never when clipped", () => {
    fc.assert(
      fc.property(rewards, fc.double({ min: 0.01, max: 2, noNaN: true }), (own, more) => {
        expect(of("sum", [...own, more])!).toBeGreaterThan(of("sum", own)!);
        expect(of("clip", [...own, more])!).toBeLessThanOrEqual(of("clip", own)!);
        expect(of("clip", own)!).toBeLessThanOrEqual(0);
      }),
    );
  });

  test("telescopes to the first reward by differences, whatever follows", () => {
    fc.assert(
      fc.property(rewards, (own) => {
        expect(of("delta", own)).toBeCloseTo(own[0]!, 10);
      }),
    );
  });

  test("leaves out what has no score, and is null where nothing has one", () => {
    expect(of("sum", [null, 1, null])).toBe(1);
    expect(of("delta", [null, 2, 5])).toBe(2);
    for (const rule of ["text", "sum", "clip", "delta"] as const) expect(of(rule, [null, null])).toBeNull();
    expect(of("text", [1, null])).toBeNull();
  });
});
