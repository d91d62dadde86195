/** The curves of reward over KL that a sweep of repeated lanes gives, against a recount of its texts and pools. */
import { describe, expect, test } from "vitest";
import { atEqualKl, knotsOf, rewardAt } from "../../../src/core/compare/equal-kl.ts";
import { mean } from "../../../src/core/stats.ts";
import { bestOfNKlBound } from "../../../src/core/kl.ts";
import { settingsOf } from "../../../src/core/sweep.ts";
import { waysOf } from "../../../src/state/sweep/equal-kl.ts";
import type { Measure } from "../../../src/state/sweep/measures.ts";
import { outcomes, plan, points } from "./repeated-lanes.ts";

const JUDGE: Measure = { by: "judge", of: "joy" };
const ways = waysOf(plan, points, outcomes, JUDGE);
const scores = (setting: number) =>
  points.filter((own) => own.setting === setting).flatMap((own) => own.reward.joy ?? []);
const pooled = [...outcomes.values()].flatMap(({ samples }) =>
  samples.flatMap(({ lane, reward }) => (lane === 2 ? (reward.joy ?? []) : [])),
);

describe("the ways of decoding of a sweep", () => {
  test("join lanes that differ in strength alone, and begin at plain sampling", () => {
    expect(ways.map(({ strategy, settings }) => [strategy, settings.length])).toEqual([
      ["genarm", 2],
      ["bon", 1],
    ]);
    const [steered] = ways;
    expect(steered!.curve).toHaveLength(3);
    expect(steered!.curve[0]!.kl).toBe(0);
    // The best-of-N lane samples as the others do, so its samples are plain ones: ten prompts, two seeds, four of each.
    expect(rewardAt(steered!.curve, 0)).toBeCloseTo(mean(pooled), 12);
    for (const [i, setting] of [
      [1, 1],
      [2, 3],
    ] as const) {
      const own = points.filter((point) => point.setting === setting);
      const spent = own.map(({ klSteer }) => (klSteer?.type === "exact" ? klSteer.sum : Number.NaN));
      expect(steered!.curve[i]!.kl).toBeCloseTo(mean(spent), 12);
      expect(rewardAt(steered!.curve, steered!.curve[i]!.kl)).toBeCloseTo(mean(scores(setting)), 12);
      expect(steered!.curve[i]!.rewards.size).toBe(10);
    }
  });

  test("read best-of-N off its pools: N = 1 is the mean of all samples, N = 4 what the lane showed by its own rank", () => {
    const best = ways[1]!;
    expect(best.curve.map(({ kl }) => kl)).toEqual([1, 2, 3, 4].map(bestOfNKlBound));
    expect(rewardAt(best.curve, 0)).toBeCloseTo(mean(pooled), 12);
    expect(atEqualKl(ways[0]!.curve, best.curve, 0)!.difference).toMatchObject({ mean: 0 });
    // The whole pool leaves no choice of samples: its best by rank is what the lane showed.
    expect(rewardAt(best.curve, bestOfNKlBound(4))).toBeCloseTo(mean(scores(2)), 12);
  });

  test("can be compared where both were seen and nowhere else", () => {
    const [steered, best] = [ways[0]!.curve, ways[1]!.curve];
    const knots = knotsOf(steered, best);
    const last = Math.min(bestOfNKlBound(4), Math.max(...steered.map(({ kl }) => kl)));
    expect([knots[0], knots.at(-1)]).toEqual([0, last]);
    for (const kl of knots) expect(atEqualKl(steered, best, kl)!.groups).toBe(10);
    expect(atEqualKl(steered, best, last + 0.01)).toBeNull();
  });

  test("begin at the plain lane where nothing drew a pool", () => {
    const none = { ...plan, waves: [plan.waves[0]!.filter(({ n }) => n === 0)] };
    const own = points
      .filter(({ setting }) => setting !== 2)
      .map((point) => (point.setting === 3 ? { ...point, setting: 2 } : point));
    const [steered, ...rest] = waysOf(none, own, new Map(), JUDGE);
    expect(rest).toEqual([]);
    expect(rewardAt(steered!.curve, 0)).toBeCloseTo(mean(scores(0)), 12);
  });

  test("are apart where their weights point elsewhere, and none where no text has a value", () => {
    const [plain, steered, , strong] = settingsOf(plan);
    const turned = { ...strong!, weights: { joy: -1 } };
    const other = { ...plan, waves: [[plain!, steered!, settingsOf(plan)[2]!, turned]] };
    expect(waysOf(other, points, outcomes, JUDGE).map(({ settings }) => settings.length)).toEqual([1, 1, 1]);
    expect(waysOf(plan, points, outcomes, { by: "truth", of: "cautious" })).toEqual([]);
  });
});
