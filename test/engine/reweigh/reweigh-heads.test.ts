/** Heads that were off while a lane ran: a fresh run with the new weights says the same, forced along the old text. */
import { describe, expect, it } from "vitest";
import type { SourceSpec } from "../../../src/core/sources/spec.ts";
import type { StateFeatures } from "../../../src/core/heads/features.ts";
import type { LaneTarget, ReweighedLane } from "../../../src/core/reweighing.ts";
import type { LaneRequest, RowStep, RunRequest, TokenId } from "../../../src/core/types.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import { KeptRuns } from "../../../src/engine/reweigh/kept-runs.ts";
import type { LoadedHead, Models } from "../../../src/engine/interfaces.ts";
import { Reweighs } from "../../../workers/reweighs.ts";
import { fakeControl, fakeModels, hashed, lane, request } from "../../fakes.ts";
import { tableCausal, Usage } from "../../table-models.ts";

const SOURCES: readonly SourceSpec[] = [
  { id: "s1", name: "Push", type: "head", head: "push" },
  { id: "s2", name: "Value", type: "head", head: "value", kind: "value" },
  { id: "s3", name: "Sibling", type: "head", head: "sibling" },
];
const read = (features: StateFeatures): number =>
  features.get("last")![0]! + 2 * features.get("last-mean")![1]! - features.get("layer-1-mean")![0]!;

function modelsWithHeads(usage: Usage): Models {
  const { models } = fakeModels();
  const { vocabSize } = models.policy;
  const logitsOf = (prefix: readonly TokenId[]) =>
    Float64Array.from({ length: vocabSize }, (_, v) => 3 * hashed(1, v, ...prefix));
  const of = (prefix: readonly TokenId[]) => ({
    hidden: Float32Array.of(hashed(2, ...prefix), hashed(3, ...prefix)),
    middle: Float32Array.of(hashed(4, ...prefix), hashed(5, ...prefix)),
  });
  const states = { sizes: { hidden: 2, layer: 1 }, of };
  const siblingStates = { ...states, of: (prefix: readonly TokenId[]) => of([7, ...prefix]) };
  return {
    ...models,
    policy: tableCausal("policy", { vocabSize, context: 256, states }, logitsOf, usage),
    heads: new Map<string, LoadedHead>([
      [
        "push",
        {
          kind: "push",
          rewards: (features, tokens) => Float32Array.from(tokens, (v) => read(features) * hashed(6, v)),
        },
      ],
      ["value", { kind: "value", value: read }],
      [
        "sibling",
        {
          kind: "push",
          model: tableCausal("small", { vocabSize, context: 256, states: siblingStates }, logitsOf, usage),
          rewards: (features, tokens) => Float32Array.from(tokens, (v) => read(features) * hashed(9, v)),
        },
      ],
    ]),
  };
}

async function decoded(models: Models, wanted: RunRequest, kept = new KeptRuns()): Promise<RowStep[]> {
  const steps: RowStep[] = [];
  const control = fakeControl();
  const keep: (typeof control)["keep"] = (step, scores) => kept.take("run", step, scores);
  for await (const event of decode("run", wanted, models, { ...control, keep })) {
    kept.see(event);
    if (event.type === "step") steps.push(...event.rows);
    if (event.type === "failed") throw new Error(event.error.message);
  }
  return steps;
}

async function reweighed(reweighs: Reweighs, models: Models, target: LaneTarget): Promise<ReweighedLane | undefined> {
  const question = { runId: "run", scope: "all" as const, targets: [target], view: null };
  const answers: ReweighedLane[] = [];
  await reweighs.answer(question, models, (answer) => {
    if (answer.type !== "step") answers.push(answer);
  });
  return answers[0];
}

describe("a lane that heads steer", () => {
  const genarm = (weights: Record<string, number>, plausible: number): LaneRequest =>
    lane({ id: "genarm", beta: 0.5, weights }, { plausible });
  const vas = (weights: Record<string, number>, k: number): LaneRequest => lane({ id: "vas", beta: 0.5, weights, k });

  it.each([
    ["one that was off", genarm({ joy: 0.4 }, 0.1), genarm({ joy: 0.4, s1: 1 }, 0.1), ["s1"]],
    ["one whose weight moved", genarm({ s1: 1 }, 0.1), genarm({ s1: -0.5 }, 0.1), []],
    ["one over a sibling that was off", genarm({ joy: 0.4 }, 0.1), genarm({ joy: 0.4, s3: 1 }, 0.1), ["s3"]],
    ["a value head that was off", vas({ joy: 0.3 }, 4), vas({ joy: 0.3, s2: 1 }, 4), ["s2"]],
    ["a value head that saw fewer candidates", vas({ s2: 1 }, 3), vas({ s2: 1 }, 6), ["s2"]],
    ["a value head whose weight moved", vas({ s2: 1 }, 4), vas({ s2: -2 }, 4), []],
  ] as const)("is re-weighted exactly for %s", async (_, before, after, filled) => {
    const usage = new Usage();
    const models = modelsWithHeads(usage);
    const reweighs = new Reweighs({ now: () => 0, rest: () => Promise.resolve() });
    const wanted = request([before], { sources: SOURCES, maxTokens: 7 });
    const ran = await decoded(models, wanted, reweighs.kept);
    const forwards = usage.forwards.length;
    const answer = await reweighed(reweighs, models, { lane: 0, ...after });
    expect(usage.forwards.length > forwards).toBe(filled.length > 0);
    expect(usage.opened).toBe(usage.disposed);
    if (answer?.type !== "steps") throw new Error("no steps");
    expect(answer.exactness).toEqual({ type: "exact", filled });
    const opening = ran.map(({ token }) => token);
    const fresh = await decoded(models, { ...wanted, lanes: [{ ...after, opening }] });
    expect(answer.steps).toHaveLength(fresh.length);
    for (const [position, step] of answer.steps.entries()) {
      expect(step.logprob).toBeCloseTo(fresh[position]!.logprob, 6);
      expect(step.logZ).toBeCloseTo(fresh[position]!.logZ, 6);
      expect(Object.keys(step.contributions)).toEqual(Object.keys(fresh[position]!.contributions));
    }
  });

  it("leaves a value head half read where a newer question comes", async () => {
    const models = modelsWithHeads(new Usage());
    let rests = 0;
    const reweighs: Reweighs = new Reweighs({
      now: () => (rests += 20),
      rest: async () => {
        if (rests > 60) reweighs.drop();
      },
    });
    await decoded(models, request([vas({ joy: 1 }, 4)], { sources: SOURCES, maxTokens: 7 }), reweighs.kept);
    rests = 0;
    expect(await reweighed(reweighs, models, { lane: 0, ...vas({ s2: 1 }, 4) })).toBeUndefined();
    const kept = reweighs.kept.find("run")?.lanes.get(0) ?? [];
    expect(kept.length).toBeGreaterThan(3);
    expect(kept.every(({ values }) => values.every((own) => Number.isNaN(own.at(-1) ?? NaN)))).toBe(true);
  });
});
