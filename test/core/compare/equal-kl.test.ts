/** Reward at equal KL, against a brute-force reading of the same curves and against known truths. */
import { describe, expect, test } from "vitest";
import {
  atEqualKl,
  knotsOf,
  rangeOf,
  rewardAt,
  rewardsAt,
  sharedRange,
  type PriceCurve,
} from "../../../src/core/compare/equal-kl.ts";
import { meanInterval } from "../../../src/core/stats.ts";
import { fc } from "../../properties.ts";

const point = (kl: number, ...rewards: readonly number[]) => ({ kl, rewards: new Map(rewards.map((r, g) => [g, r])) });

/** Walks along the polyline of each group in tiny steps and takes the place whose KL is nearest. */
function bruteForce(curve: PriceCurve, group: number, kl: number): number {
  const sorted = curve.toSorted((a, b) => a.kl - b.kl);
  let best = { gap: Infinity, reward: Number.NaN };
  for (let i = 0; i + 1 < sorted.length; i++) {
    const [from, to] = [sorted[i]!, sorted[i + 1]!];
    for (let step = 0; step <= 20_000; step++) {
      const t = step / 20_000;
      const gap = Math.abs(from.kl + t * (to.kl - from.kl) - kl);
      const [a, b] = [from.rewards.get(group)!, to.rewards.get(group)!];
      if (gap < best.gap) best = { gap, reward: a + t * (b - a) };
    }
  }
  return best.reward;
}

const curves = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 2, maxLength: 5 }).chain((kls) =>
  fc
    .array(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 }), {
      minLength: kls.length,
      maxLength: kls.length,
    })
    .map((rewards) => kls.map((kl, i) => point(kl / 10, ...rewards[i]!))),
);

describe("reward at equal KL", () => {
  test("is that of a walk along both curves, for every group and their mean", () => {
    fc.assert(
      fc.property(curves, curves, fc.double({ min: 0, max: 1, noNaN: true }), (one, other, place): void => {
        const range = sharedRange(one, other);
        const lows = [one, other].map((curve) => Math.min(...curve.map(({ kl }) => kl)));
        const highs = [one, other].map((curve) => Math.max(...curve.map(({ kl }) => kl)));
        if (Math.max(...lows) > Math.min(...highs)) {
          expect(range).toBeNull();
          return;
        }
        const kl = range![0] + place * (range![1] - range![0]);
        const found = atEqualKl(one, other, kl)!;
        const differences = [0, 1, 2].map((g) => bruteForce(one, g, kl) - bruteForce(other, g, kl));
        const expected = meanInterval(differences);
        expect(found.difference.mean).toBeCloseTo(expected.mean, 2);
        expect(found.difference.ci95![0]).toBeCloseTo(expected.ci95![0], 1);
        expect(found.first - found.second).toBeCloseTo(found.difference.mean, 9);
        expect(found.groups).toBe(3);
      }),
      { numRuns: 40 },
    );
  });

  test("is exact for straight lines: best-of-N ahead by a constant, whatever the settings of both were", () => {
    const line = (kls: readonly number[], slope: number, start: number): PriceCurve =>
      kls.map((kl) => point(kl, start + slope * kl, start + slope * kl + 1));
    const [one, other] = [line([0, 0.7, 3], 2, 0.5), line([0.2, 1.9, 2.4], 2, 0)];
    for (const kl of [0.2, 0.9, 1.9, 2.4]) expect(atEqualKl(one, other, kl)!.difference.mean).toBeCloseTo(0.5, 12);
    expect(rewardAt(one, 1.5)).toBeCloseTo(0.5 + 3 + 0.5, 12);
  });

  test("is not told outside what both curves cover", () => {
    const [one, other] = [
      [point(0, 0), point(1, 1)],
      [point(0.5, 0), point(4, 1)],
    ];
    expect(sharedRange(one, other)).toEqual([0.5, 1]);
    expect([atEqualKl(one, other, 0.4), atEqualKl(one, other, 1.1)]).toEqual([null, null]);
    expect(atEqualKl(one, other, 1)).toMatchObject({ first: 1, difference: { ci95: null }, groups: 1 });
    expect(knotsOf(one, other)).toEqual([0.5, 1]);
    expect(sharedRange([point(0, 0)], [point(1, 0)])).toBeNull();
    expect(knotsOf([point(0, 0)], [])).toEqual([]);
    expect(rangeOf([])).toBeNull();
  });

  test("leaves out groups that one neighbour lacks, and joins settings of one KL", () => {
    const holed: PriceCurve = [point(0, 1, 5), { kl: 1, rewards: new Map([[0, 3]]) }, point(2, 4, 9), point(2, 6, 11)];
    expect([...rewardsAt(holed, 0.5)!]).toEqual([[0, 2]]);
    expect([...rewardsAt(holed, 2)!]).toEqual([
      [0, 5],
      [1, 10],
    ]);
    expect(rewardAt(holed, 1.5)).toBe(4);
    expect(atEqualKl(holed, [{ kl: 1, rewards: new Map([[1, 0]]) }], 1)).toBeNull();
  });

  test("changes its sign where the curves are exchanged", () => {
    const one = [point(0, 0, 0, 0), point(2, 3, 1, 2)];
    const other = [point(0, 0, 0, 0), point(1, 2, 2, 0), point(3, 1, 0, 4)];
    for (const kl of knotsOf(one, other)) {
      const [there, back] = [atEqualKl(one, other, kl)!, atEqualKl(other, one, kl)!];
      expect(there.difference.mean).toBeCloseTo(-back.difference.mean, 12);
      if (there.difference.ci95 !== null) expect(there.difference.ci95[0]).toBeCloseTo(-back.difference.ci95![1], 12);
    }
    expect(knotsOf(one, other)).toEqual([0, 1, 2]);
  });
});
