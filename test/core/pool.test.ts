/** A pool of samples stands for every smaller best-of-N: checked against lanes that really drew so many. */
import { fc } from "../properties.ts";
import { describe, expect, it } from "vitest";
import { readPool } from "../../src/core/pool.ts";
import { judgedScore, type RankingRule } from "../../src/core/selection.ts";
import type { BestOfN } from "../../src/core/types.ts";
import { collect, eventsOf, fakeModels, lane, request } from "../fakes.ts";

const POOL: BestOfN = { id: "bon", n: 16, beta: 1, weights: {}, ensemble: "mean", lambda: 0 };

async function decoded(strategy: BestOfN, seed: number) {
  const events = await collect(fakeModels(), request([lane(strategy)], { seed, maxTokens: 9 }));
  const samples = eventsOf(events, "sample").map((event) => event.result);
  return { samples, result: eventsOf(events, "finished")[0]!.lanes[0]! };
}

describe("a pool read as a smaller best-of-N", () => {
  const weights = { joy: 1, adventure: -0.7 };

  it.each([
    { id: "bon", ensemble: "mean", n: 1 },
    { id: "bon", ensemble: "mean", n: 7 },
    { id: "bon", ensemble: "wco", n: 16 },
    { id: "bon", ensemble: "uwo", n: 5 },
    { id: "soft-bon", ensemble: "mean", n: 6 },
    { id: "soft-bon", ensemble: "uwo", n: 12 },
  ] as const)("gives what a lane $id $ensemble with N = $n gives", async ({ id, ensemble, n }) => {
    for (const seed of [3, 4, 5, 6]) {
      const pool = await decoded(POOL, seed);
      const own = await decoded({ id, n, beta: 0.6, weights, ensemble, lambda: 0.4 }, seed);
      const rule: RankingRule = { ensemble, lambda: 0.4 };
      const choice = readPool(pool.samples, { n, weights, rule, beta: id === "bon" ? null : 0.6 }, seed);
      expect(choice.chosen).toBe(own.result.chosen);
      expect(choice.score).toBe(own.result.scores[own.result.chosen]);
      expect(choice.kl).toEqual(own.result.kl);
      expect({ policy: choice.forwards.policy, judge: choice.forwards.judge }).toEqual(own.result.forwards);
      expect(pool.samples[choice.chosen]!.text).toBe(own.samples[own.result.chosen]!.text);
    }
  });

  it("refuses an n that the pool does not hold", async () => {
    const { samples } = await decoded(POOL, 1);
    const reading = { weights, rule: { ensemble: "mean", lambda: 0 }, beta: null } as const;
    expect(() => readPool(samples, { ...reading, n: 17 }, 1)).toThrow("n must be from 1 to 16");
  });
});

describe("a ranking rule", () => {
  const members = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 5, maxLength: 5 });
  const judged = fc.record({ joy: members, adventure: members }).map((rewardMembers) => ({ rewardMembers }));
  const weights = { joy: 1.5, adventure: -1 };
  const score = (rule: Partial<RankingRule>, sample: Parameters<typeof judgedScore>[2]): number =>
    judgedScore(weights, { ensemble: "mean", lambda: 1, ...rule }, sample)!;

  it("of the worst case is never above the mean, and the uncertain one only where members agree", () => {
    fc.assert(
      fc.property(judged, (sample) => {
        const mean = score({}, sample);
        expect(score({ ensemble: "wco" }, sample)).toBeLessThanOrEqual(mean + 1e-12);
        expect(score({ ensemble: "uwo" }, sample)).toBeLessThanOrEqual(mean + 1e-12);
      }),
    );
  });

  it("that trusts one member is the ensemble of a judge with that member alone", () => {
    fc.assert(
      fc.property(judged, (sample) => {
        const { joy, adventure } = sample.rewardMembers;
        const alone = { rewardMembers: { joy: [joy[0]!], adventure: [adventure[0]!] } };
        expect(score({ ensemble: "single" }, sample)).toBe(score({}, alone));
        expect(score({ ensemble: "wco" }, alone)).toBe(score({ ensemble: "uwo" }, alone));
      }),
    );
  });

  it("with a cap counts no more than that of an objective, in the direction of the wish", () => {
    const sample = { rewardMembers: { joy: [3, 1], adventure: [-2, 0.5] } };
    const all = 1.5 * 2 + 0.75;
    expect(score({}, sample)).toBeCloseTo(all, 12);
    expect(score({ caps: { joy: 9, adventure: 9 } }, sample)).toBeCloseTo(all, 12);
    expect(score({ caps: { joy: 1.5 } }, sample)).toBeCloseTo(1.5 * ((1.5 + 1) / 2) + 0.75, 12);
    expect(score({ caps: { adventure: 1 } }, sample)).toBeCloseTo(1.5 * 2 + (1 - 0.5) / 2, 12);
  });
});
