import { describe, expect, test } from "vitest";
import { outcomeOf, winRate, type Duel, type Outcome } from "../../../src/core/compare/win-rate.ts";
import { fc } from "../../properties.ts";

const OFF = { margin: 0, longerBy: Infinity };
const text = (score: number, length = 100) => ({ score, length });

describe("one text against another", () => {
  test.each([
    // The hand-made table: score and length of both, then what the first earns with margin 0.5 and K = 40.
    [1, 100, 0, 100, 1],
    [0, 100, 1, 100, 0],
    [0.3, 100, 0.3, 500, 0.5],
    [0.4, 141, 0, 100, 0.5], // slight, and 41 longer
    [0.4, 140, 0, 100, 1], // 40 longer is not more than 40
    [0.5, 200, 0, 100, 1], // the margin itself is no slight win
    [0, 100, 0.4, 141, 0.5],
    [0.4, 100, 0, 300, 1], // the loser is the longer one
  ] as const)("%f in %i characters against %f in %i earns %f", (a, lengthA, b, lengthB, outcome) => {
    expect(outcomeOf(text(a, lengthA), text(b, lengthB), { margin: 0.5, longerBy: 40 })).toBe(outcome);
  });

  test("earns what the other one loses", () => {
    const scored = fc.record({ score: fc.double({ min: -2, max: 2, noNaN: true }), length: fc.nat(300) });
    const rule = fc.record({ margin: fc.double({ min: 0, max: 2, noNaN: true }), longerBy: fc.nat(100) });
    fc.assert(
      fc.property(scored, scored, rule, (a, b, own) => {
        expect(outcomeOf(a, b, own) + outcomeOf(b, a, own)).toBe(1);
      }),
    );
  });

  test("wins by the smallest difference where the rule is off", () => {
    expect(outcomeOf(text(1e-12, 900), text(0, 1), OFF)).toBe(1);
  });
});

describe("a win rate", () => {
  test("counts half a tie", () => {
    const outcomes: Outcome[] = [1, 1, 0.5, 0, 1, 0.5];
    const found = winRate(outcomes.map((outcome, group): Duel => ({ outcome, group })));
    expect(found).toMatchObject({ wins: 3, ties: 2, losses: 1, rate: 4 / 6, groups: 6 });
  });

  test("of nothing is not defined", () => {
    expect(winRate([])).toBeNull();
  });
});
