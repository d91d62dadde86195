import { fc } from "../properties.ts";
import { describe, expect, it } from "vitest";
import { parseRequest } from "../../src/core/request.ts";
import { rowsOf } from "../../src/core/rows.ts";
import { isPooled, jobsOf, settingsOf, sizeOf, SWEEP_STRATEGIES } from "../../src/core/sweep.ts";
import type { SweepPlan, SweepSetting } from "../../src/core/sweep.ts";
import { PLAIN_SAMPLING } from "../fakes.ts";

const setting: fc.Arbitrary<SweepSetting> = fc
  .record({
    strategy: fc.constantFrom(...SWEEP_STRATEGIES),
    joy: fc.integer({ min: -2, max: 2 }),
    beta: fc.constantFrom(0.25, 1, Infinity),
    n: fc.integer({ min: 1, max: 32 }),
  })
  .map(({ strategy, joy, beta, n }) => ({ strategy, weights: strategy === "base" ? {} : { joy }, beta, n }));

const plan: fc.Arbitrary<SweepPlan> = fc
  .record({
    prompts: fc.array(fc.constantFrom("A fox", "A goose", "A cat"), { minLength: 1, maxLength: 3 }),
    seeds: fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 3 }),
    waves: fc.array(fc.array(setting, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 3 }),
  })
  .map((parts) => ({ version: 1, kind: "story", maxTokens: 20, sampling: PLAIN_SAMPLING, k: 4, ...parts }));

describe("the jobs of a sweep", () => {
  it("are ordinary requests that hold every token setting once a prompt and seed", () => {
    fc.assert(
      fc.property(plan, (own) => {
        const jobs = jobsOf(own);
        const settings = settingsOf(own);
        const seen = new Map<string, number>();
        for (const { request, prompt, seed, uses } of jobs) {
          expect(parseRequest(request)).toEqual(request);
          expect(request).toMatchObject({ prompt: own.prompts[prompt], seed: own.seeds[seed] });
          expect(uses).toHaveLength(request.lanes.length);
          expect(request.lanes.reduce((sum, lane) => sum + rowsOf(lane.strategy), 0)).toBeLessThanOrEqual(32);
          for (const [i, use] of uses.entries()) {
            const key = use.type === "pool" ? "pool" : `${use.setting}/${prompt}/${seed}`;
            seen.set(key, (seen.get(key) ?? 0) + 1);
            if (use.type === "setting") {
              expect(request.lanes[i]!.strategy).toMatchObject({ id: settings[use.setting]!.strategy });
            }
          }
        }
        const texts = own.prompts.length * own.seeds.length;
        const decoded = settings.filter((each) => !isPooled(each)).length * texts;
        expect([...seen].filter(([key]) => key !== "pool").every(([, count]) => count === 1)).toBe(true);
        expect(seen.size - (seen.has("pool") ? 1 : 0)).toBe(decoded);
        expect(sizeOf(own).runs - sizeOf(own).read).toBe(decoded);
      }),
    );
  });

  it("draw a pool only where no earlier one is large enough", () => {
    fc.assert(
      fc.property(plan, (own) => {
        const pools = jobsOf({ ...own, prompts: ["A"], seeds: [1] }).flatMap(({ uses }) =>
          uses.flatMap((use) => (use.type === "pool" ? [use.n] : [])),
        );
        expect(pools).toEqual([...new Set(pools)].toSorted((a, b) => a - b));
        const largest = Math.max(
          0,
          ...settingsOf(own)
            .filter(isPooled)
            .map(({ n }) => n),
        );
        expect(pools.at(-1) ?? 0).toBe(largest);
      }),
    );
  });

  it("stay what they were when a wave is added", () => {
    fc.assert(
      fc.property(plan, setting, (own, later) => {
        const before = jobsOf(own);
        expect(jobsOf({ ...own, waves: [...own.waves, [later]] }).slice(0, before.length)).toEqual(before);
      }),
    );
  });
});
