/** Distributions of the loop for random sets of lanes, random changes and random lengths. */
import type { Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import type { LaneRequest, ScheduledChange } from "../../../src/core/types.ts";
import { collect, eventsOf, fakeModels, isTidy, lane, request, tokensOf } from "../../fakes.ts";
import { fc } from "../../properties.ts";

const weight = fc.oneof(fc.constant(0), fc.double({ min: -2, max: 2, noNaN: true }));
const weights = fc.record({ joy: weight, adventure: weight }, { requiredKeys: [] });
const beta = fc.oneof(fc.constant(Infinity), fc.double({ min: 0.1, max: 5, noNaN: true }));
const sampling = fc.record({
  temperature: fc.constantFrom(0, 0.7, 1),
  topK: fc.constantFrom(0, 5),
  topP: fc.constantFrom(0.9, 1),
  minP: fc.constant(0),
});

/** Lanes that steer, so that a change may come to any of them. */
const steered: Arbitrary<LaneRequest> = fc
  .oneof(
    fc.record({ id: fc.constant("genarm" as const), beta, weights }),
    fc.record({ id: fc.constant("vas" as const), beta, weights, k: fc.integer({ min: 1, max: 40 }) }),
    fc.record({
      id: fc.constant("bon" as const),
      n: fc.integer({ min: 1, max: 4 }),
      beta,
      weights,
      ensemble: fc.constantFrom("mean" as const, "wco" as const, "uwo" as const),
      lambda: fc.constant(0.5),
    }),
  )
  .chain((strategy) => sampling.map((settings) => lane(strategy, settings)));

const lanes = fc.array(steered, { minLength: 1, maxLength: 4 });
const moves = fc.array(fc.record({ token: fc.nat(9), lane: fc.nat(3), change: fc.record({ beta, weights }) }), {
  maxLength: 4,
});
const RUNS = { numRuns: 12 };

function scheduleFor(count: number, drawn: readonly ScheduledChange[]): ScheduledChange[] {
  return drawn.filter((move) => move.lane < count);
}

describe("for any lanes and any changes", () => {
  it("each lane alone decodes what it decodes among the others", async () => {
    await fc.assert(
      fc.asyncProperty(lanes, moves, fc.nat(), async (all, drawn, seed) => {
        const schedule = scheduleFor(all.length, drawn);
        const together = tokensOf(await collect(fakeModels(), request(all, { seed, maxTokens: 10, schedule })));
        for (const [index, own] of all.entries()) {
          const ownSchedule = schedule.filter((move) => move.lane === index).map((move) => ({ ...move, lane: 0 }));
          const alone = tokensOf(
            await collect(fakeModels(), request([own], { seed, maxTokens: 10, schedule: ownSchedule })),
          );
          for (const [key, tokens] of Object.entries(alone))
            expect(together[key.replace(/^0/, String(index))]).toEqual(tokens);
        }
      }),
      RUNS,
    );
  });

  it("the events are the same twice, the KL is not negative, and nothing stays open", async () => {
    await fc.assert(
      fc.asyncProperty(lanes, moves, fc.nat(), async (all, drawn, seed) => {
        const fakes = fakeModels();
        const run = request(all, { seed, maxTokens: 10, schedule: scheduleFor(all.length, drawn) });
        const events = await collect(fakes, run);
        expect(await collect(fakeModels(), run)).toEqual(events);
        expect(isTidy(fakes)).toBe(true);
        for (const row of eventsOf(events, "step").flatMap((event) => event.rows)) {
          expect(row.kl).toBeGreaterThanOrEqual(0);
          expect(row.entropy).toBeGreaterThanOrEqual(0);
        }
      }),
      RUNS,
    );
  });

  it("a beta of Infinity, and weights of 0, leave the plain text, at any temperature", async () => {
    await fc.assert(
      fc.asyncProperty(steered, fc.nat(), async (own, seed) => {
        if (own.strategy.id === "base") throw new Error("only steered lanes here");
        const endless = { ...own, strategy: { ...own.strategy, beta: Infinity } };
        const unweighted = { ...own, strategy: { ...own.strategy, weights: { joy: 0 } } };
        const plain = { ...own, strategy: { id: "base" } as const };
        const tokens = tokensOf(await collect(fakeModels(), request([plain, endless, unweighted], { seed })));
        expect(tokens["1:0"]).toEqual(tokens["0:0"]);
        expect(tokens["2:0"]).toEqual(tokens["0:0"]);
      }),
      RUNS,
    );
  });
});
