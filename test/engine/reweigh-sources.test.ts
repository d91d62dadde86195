/** Re-weighting lanes that sources steer: a fresh run with the new weights says the same, forced along the old text. */
import { describe, expect, it } from "vitest";
import type { SourceSpec } from "../../src/core/sources/spec.ts";
import type { LaneRequest, RowStep, RunRequest } from "../../src/core/types.ts";
import { decode } from "../../src/engine/decode.ts";
import { KeptRuns } from "../../src/engine/kept-runs.ts";
import { fakeControl, fakeModels, lane, request } from "../fakes.ts";
import { Reweighs } from "../../workers/reweighs.ts";
import type { ReweighedLane, ReweighedStep } from "../../src/core/reweighing.ts";
import type { Classifier, Models } from "../../src/engine/interfaces.ts";

const SOURCES: readonly SourceSpec[] = [
  { id: "s1", name: "Contrast", type: "contrastive", model: "arm-joy", better: "up", worse: "down" },
  { id: "s2", name: "Ratio", type: "sibling-ratio", strong: "arm-joy", weak: "arm-detail", criteria: "brief" },
  { id: "s3", name: "Sibling", type: "sibling", model: "arm-joy" },
];
const genarm = (weights: Record<string, number>): LaneRequest => lane({ id: "genarm", beta: 0.5, weights });

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

describe("a lane whose candidates a classifier values", () => {
  it("is re-weighted from what it said, and one that was off says so in words", async () => {
    const fakes = fakeModels();
    const classifier: Classifier = {
      id: "sst2",
      labels: ["NO", "YES"],
      isMultiLabel: false,
      score: (texts) => Promise.resolve(texts.map((text) => Float64Array.of(0, text.length % 3))),
    };
    const models: Models = { ...fakes.models, classifiers: new Map([["sst2", classifier]]) };
    const sources: SourceSpec[] = [{ id: "s1", name: "Mood", type: "classifier", model: "sst2", label: "YES" }];
    const vas = (weights: Record<string, number>) => lane({ id: "vas", beta: 0.5, weights, k: 4 });
    const lanes = [vas({ s1: 1 }), vas({ joy: 1 })];
    const reweighs = new Reweighs({ now: () => 0, rest: () => Promise.resolve() });
    await decoded(models, request(lanes, { sources, maxTokens: 6 }), reweighs.kept);
    const ask = async (index: number, weights: Record<string, number>): Promise<ReweighedLane[]> => {
      const targets = [{ lane: index, ...vas(weights) }];
      const answers: (ReweighedLane | ReweighedStep)[] = [];
      const question = { runId: "run", scope: "all" as const, targets, view: null };
      await reweighs.answer(question, models, (answer) => void answers.push(answer));
      return answers.filter((answer) => answer.type !== "step");
    };
    // The value model reads afterwards what it was not asked; the classifier's numbers stay.
    const [both] = await ask(0, { s1: 0.5, joy: 1 });
    if (both?.type !== "steps") throw new Error("no steps");
    for (const step of both.steps) expect(Object.keys(step.contributions)).toEqual(["joy", "s1"]);
    await expect(ask(1, { joy: 1, s1: 1 })).rejects.toThrow('"Mood" was off while this lane ran');
  });
});

describe("a lane that sources steer", () => {
  it.each([
    ["weights that moved", { s1: 1, s2: -0.5, s3: 0.4 }, { s1: -0.3, s2: 0.8, s3: 0.4 }, []],
    ["a source that goes", { s1: 1, joy: 0.5 }, { joy: 0.5 }, []],
    ["sources that were off, which read the text afterwards", { joy: 1 }, { joy: 1, s1: 0.7, s2: 0.2 }, ["s1", "s2"]],
  ])("is re-weighted exactly for %s", async (_, before, after, filled) => {
    const { models } = fakeModels();
    const reweighs = new Reweighs({ now: () => 0, rest: () => Promise.resolve() });
    const wanted = request([genarm(before)], { sources: SOURCES, maxTokens: 8 });
    const ran = await decoded(models, wanted, reweighs.kept);
    const target = { lane: 0, ...genarm(after) };
    const answers: (ReweighedLane | ReweighedStep)[] = [];
    const ask = { runId: "run", scope: "all" as const, targets: [target], view: null };
    expect(await reweighs.answer(ask, models, (answer) => void answers.push(answer))).toBe("done");
    const [answer] = answers;
    if (answer?.type !== "steps") throw new Error("no steps");
    expect(answer.exactness).toEqual({ type: "exact", filled });
    const opening = ran.map(({ token }) => token);
    const fresh = await decoded(models, { ...wanted, lanes: [{ ...genarm(after), opening }] });
    for (const [position, step] of answer.steps.entries()) {
      expect(step.logprob).toBeCloseTo(fresh[position]!.logprob, 9);
      expect(step.logZ).toBeCloseTo(fresh[position]!.logZ, 9);
      expect(step.kl).toBeCloseTo(fresh[position]!.kl, 9);
      expect(Object.keys(step.contributions)).toEqual(Object.keys(fresh[position]!.contributions));
      for (const id of Object.keys(step.contributions) as "joy"[]) {
        expect(step.contributions[id]).toBeCloseTo(fresh[position]!.contributions[id]!, 9);
      }
    }
  });
});
