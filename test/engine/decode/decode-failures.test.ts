import { describe, expect, it } from "vitest";
import type { ErrorData } from "../../../src/core/errors.ts";
import type { Models } from "../../../src/engine/interfaces.ts";
import type { LaneRequest, RunEvent, RunRequest } from "../../../src/core/types.ts";
import { bestOf, BASE, collect, eventsOf, fakeModels, GENARM, isTidy, lane, request, VAS } from "../../fakes.ts";
import type { Fakes } from "../../fakes.ts";
import { tableReward } from "../../table-models.ts";

async function failureOf(fakes: Fakes, run: RunRequest): Promise<{ events: RunEvent[]; error: ErrorData }> {
  const events = await collect(fakes, run);
  const ends = events.filter((event) => event.type === "failed" || event.type === "finished");
  expect(ends).toHaveLength(1);
  expect(isTidy(fakes)).toBe(true);
  const failed = eventsOf(events, "failed");
  expect(failed).toHaveLength(1);
  return { events, error: failed[0]!.error };
}

const JUDGE_OF_DETAIL = tableReward("judge", { objectives: ["detail"], members: 1 }, () => [Float64Array.of(0)]);

function without(part: Partial<Models>): Fakes {
  const fakes = fakeModels();
  return { ...fakes, models: { ...fakes.models, ...part } };
}

describe("a run that cannot be", () => {
  it("fails before it starts for an empty prompt, with the way out", async () => {
    const { events, error } = await failureOf(fakeModels(), request([BASE], { prompt: "  " }));
    expect(events).toHaveLength(1);
    expect(error).toMatchObject({ code: "invalid-request", message: expect.stringContaining("Type a first sentence") });
  });

  it("fails for a prompt and a length that overflow the context, naming all three numbers and the room left", async () => {
    const { error } = await failureOf(fakeModels({ context: 20 }), request([BASE], { maxTokens: 15 }));
    expect(error.code).toBe("context-overflow");
    expect(error.details).toEqual({ prompt: 6, maxTokens: 15, context: 20 });
    expect(error.message).toContain("at most 14 tokens");
  });

  it("fails for a prompt that leaves no room at all, without offering 0 tokens", async () => {
    const { error } = await failureOf(fakeModels({ context: 6 }), request([BASE], { maxTokens: 1 }));
    expect(error.message).toMatch(/models read at most 6 tokens in all; shorten the prompt\.$/);
  });

  it("runs to the very last place of the context", async () => {
    const fits = request([BASE, GENARM, VAS, bestOf(2)], { maxTokens: 14, suppressEnd: true });
    const events = await collect(fakeModels({ context: 20 }), fits);
    expect(events.at(-1)!.type).toBe("finished");
  });

  it("fails for an ARM of another vocabulary", async () => {
    const { error } = await failureOf(fakeModels({ armVocab: 39 }), request([GENARM]));
    expect(error).toMatchObject({ code: "vocab-mismatch", details: { tokens: 39, policy: 40 } });
  });

  it.each<[string, Partial<Models>, LaneRequest, RegExp]>([
    ["an ARM", { arms: new Map() }, GENARM, /autoregressive reward model.*"joy"/],
    ["the value model", { value: null }, VAS, /value model.*"joy"/],
    ["the judge", { judge: null }, bestOf(2), /Best-of-N ranks/],
  ])("fails where %s is missing and needed", async (_, part, own, message) => {
    const { error } = await failureOf(without(part), request([own]));
    expect(error).toMatchObject({ code: "model-missing", message: expect.stringMatching(message) });
  });

  it("fails where best-of-N would rank by an objective that the judge does not score, and says what it scores", async () => {
    const { error } = await failureOf(without({ judge: JUDGE_OF_DETAIL }), request([bestOf(2)]));
    expect(error).toMatchObject({ code: "unknown-objective", details: { objective: "joy" } });
    expect(error.message).toMatch(/scores detail but not "joy".*another judge/);
  });

  it("runs without the models that it does not need", async () => {
    const fakes = without({ arms: new Map(), value: null, judge: null });
    const oracle = lane({ id: "oracle-bon", n: 2, beta: 1, weights: { joy: 1 }, ensemble: "mean", lambda: 0 });
    const events = await collect(fakes, request([BASE, lane({ id: "genarm", beta: 1, weights: {} }), oracle]));
    expect(events.at(-1)!.type).toBe("finished");
  });

  it("fails for more VAS candidates than tokens", async () => {
    const wide = lane({ id: "vas", beta: 1, weights: { joy: 1 }, k: 41 });
    const { error } = await failureOf(fakeModels(), request([wide]));
    expect(error.message).toContain("k must be at most 40, the size of the vocabulary, got 41");
  });
});

describe("a run that breaks", () => {
  it("fails with the step and the lane of the first NaN, and keeps the steps before it", async () => {
    const { events, error } = await failureOf(
      fakeModels({ brokenAt: 9 }),
      request([BASE, GENARM], { suppressEnd: true }),
    );
    expect(eventsOf(events, "step")).toHaveLength(3);
    expect(error).toMatchObject({
      code: "non-finite-logits",
      details: { token: 3, value: "NaN", step: 3, lane: 0, sample: 0 },
    });
  });

  it("fails with the message of a model that throws, in whatever call", async () => {
    for (const call of ["open", "select", "step"] as const) {
      const fakes = fakeModels();
      const { policy } = fakes.models;
      const broken: Models = {
        ...fakes.models,
        policy: {
          ...policy,
          open: async (prefixes) => {
            if (call === "open") throw new Error("no memory");
            const batch = await policy.open(prefixes);
            const fail = () => Promise.reject(new Error("no memory"));
            // A getter, since the size changes with every selection.
            return Object.defineProperty({ ...batch, [call]: fail, size: 0 }, "size", { get: () => batch.size });
          },
        },
      };
      const { error } = await failureOf({ ...fakes, models: broken }, request([BASE, GENARM]));
      expect(error).toMatchObject({ code: "internal", message: "no memory" });
    }
  });

  it("leaves the models fit for the next run", async () => {
    const fakes = fakeModels();
    const fresh = await collect(fakeModels(), request([GENARM]));
    await collect(fakes, request([GENARM], { prompt: "" }));
    expect(await collect(fakes, request([GENARM]))).toEqual(fresh);
  });
});
