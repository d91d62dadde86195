import { fc } from "../properties.ts";
import { describe, expect, it } from "vitest";
import { diversity, repN } from "../../src/core/estimators/text-metrics.ts";
import { winRates } from "../../src/core/estimators/win-rates.ts";
import { distinctN, hypervolume, nonDominated } from "../../src/core/metrics.ts";
import type { Point } from "../../src/core/metrics.ts";

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const cloud = fc.array(fc.tuple(unit, unit), { maxLength: 12 });

/** Area by counting the centres of a fine grid that some point dominates. */
function gridArea(points: readonly Point[], cells: number): number {
  let inside = 0;
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < cells; j++) {
      const [x, y] = [(i + 0.5) / cells, (j + 0.5) / cells];
      if (points.some(([px, py]) => px >= x && py >= y)) inside++;
    }
  }
  return inside / cells ** 2;
}

describe("diversity", () => {
  it("is 1 for texts too short to repeat anything, and falls with repetition", () => {
    expect(distinctN(["a"], 2)).toBe(1);
    expect(repN(["a"], 2)).toBe(0);
    expect(diversity(["a"])).toBe(1);
    expect(diversity([1, 2, 1, 2, 1, 2])).toBeLessThan(diversity([1, 2, 3, 4, 5, 6]));
  });

  it("does not take different tokens for equal ones", () => {
    expect(distinctN(["a,b", "c", "a", "b,c"], 2)).toBe(1);
    expect(distinctN([1, "1"], 1)).toBe(1);
  });
});

describe("fronts", () => {
  it("have the area that a grid counts, whatever the order and doubles of the points", () => {
    fc.assert(
      fc.property(cloud, (points) => {
        const area = hypervolume(points, [0, 0]);
        expect(Math.abs(area - gridArea(points, 60))).toBeLessThan(0.04);
        expect(hypervolume([...points, ...points].toReversed(), [0, 0])).toBeCloseTo(area, 12);
      }),
      { numRuns: 40 },
    );
  });

  it("hold no point that another beats, and for every point left out one that beats it, in any dimension", () => {
    const clouds = fc
      .integer({ min: 1, max: 4 })
      .chain((size) => fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: size, maxLength: size })));
    const beats = (q: readonly number[], p: readonly number[]): boolean =>
      q.every((value, d) => value >= p[d]!) && q.some((value, d) => value > p[d]!);
    fc.assert(
      fc.property(clouds, (points) => {
        const front = new Set(nonDominated(points));
        for (const [i, point] of points.entries()) {
          expect(points.some((other) => beats(other, point))).toBe(!front.has(i));
          if (!front.has(i)) expect([...front].some((j) => beats(points[j]!, point))).toBe(true);
        }
      }),
    );
  });

  it("leave out exactly the points that another one beats", () => {
    expect(
      nonDominated([
        [1, 1],
        [1, 1],
        [1, 0.5],
        [0, 2],
      ]),
    ).toEqual([0, 1, 3]);
    expect(
      hypervolume(
        [
          [-1, 5],
          [5, -1],
        ],
        [0, 0],
      ),
    ).toBe(0);
  });
});

describe("win rates", () => {
  it("count a tie half, or not at all", () => {
    expect(winRates(1, 2, 1)).toEqual({ strict: 0.25, halfTies: 0.5 });
  });
});
