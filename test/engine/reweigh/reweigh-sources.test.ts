/** Re-weighting lanes that sources steer: a fresh run with the new weights says the same, forced along the old text. */
import { describe, expect, it } from "vitest";
import type { SourceSpec } from "../../../src/core/sources/spec.ts";
import type { LaneRequest, LaneResult, RowStep, RunRequest } from "../../../src/core/types.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import { KeptRuns } from "../../../src/engine/reweigh/kept-runs.ts";
import { fakeControl, fakeModels, lane, request } from "../../fakes.ts";
import { Reweighs } from "../../../workers/reweighs.ts";
import type { LaneTarget, ReweighedLane, ReweighedStep } from "../../../src/core/reweighing.ts";
import type { Classifier, Models } from "../../../src/engine/interfaces.ts";

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

const MOOD: SourceSpec = { id: "s1", name: "Mood", type: "classifier", model: "sst2", label: "YES" };
const vas = (weights: Record<string, number>, k = 4) => lane({ id: "vas", beta: 0.5, weights, k });

/** @param asked receives how many texts each call of the classifier had */
function withClassifier(asked: number[] = []): Models {
  const classifier: Classifier = {
    id: "sst2",
    labels: ["NO", "YES"],
    isMultiLabel: false,
    score: (texts) => {
      asked.push(texts.length);
      return Promise.resolve(texts.map((text) => Float64Array.of(0, text.length % 3)));
    },
  };
  return { ...fakeModels().models, classifiers: new Map([["sst2", classifier]]) };
}

async function reweighed(reweighs: Reweighs, models: Models, target: LaneTarget): Promise<ReweighedLane[]> {
  const answers: (ReweighedLane | ReweighedStep)[] = [];
  const question = { runId: "run", scope: "all" as const, targets: [target], view: null };
  await reweighs.answer(question, models, (answer) => void answers.push(answer));
  return answers.filter((answer) => answer.type !== "step");
}

/** The lane weighed anew says what a fresh run says along the same text. */
function expectSame(answer: ReweighedLane | undefined, fresh: readonly RowStep[]): void {
  if (answer?.type !== "steps") throw new Error("no steps");
  expect(answer.steps).toHaveLength(fresh.length);
  for (const [position, step] of answer.steps.entries()) {
    expect(step.logprob).toBeCloseTo(fresh[position]!.logprob, 9);
    expect(step.logZ).toBeCloseTo(fresh[position]!.logZ, 9);
    expect(step.kl).toBeCloseTo(fresh[position]!.kl, 9);
    expect(Object.keys(step.contributions)).toEqual(Object.keys(fresh[position]!.contributions));
    for (const id of Object.keys(step.contributions) as "joy"[]) {
      expect(step.contributions[id]).toBeCloseTo(fresh[position]!.contributions[id]!, 9);
    }
  }
}

describe("a lane whose candidates a classifier values", () => {
  const still = () => new Reweighs({ now: () => 0, rest: () => Promise.resolve() });

  it.each([
    ["that was on, beside a value model that was not asked", { s1: 1 }, { s1: 0.5, joy: 1 }, 4, [], 0],
    ["that was off", { joy: 1 }, { joy: 1, s1: 1 }, 4, ["s1"], 4],
    ["that was off, with nothing else on", {}, { s1: 1 }, 4, ["s1"], 4],
    ["that saw fewer candidates", { s1: 1 }, { s1: 1 }, 6, ["s1"], 2],
  ])("is re-weighted exactly for one %s", async (_, before, after, k, filled, asked) => {
    const texts: number[] = [];
    const models = withClassifier(texts);
    const reweighs = still();
    const wanted = request([vas(before)], { sources: [MOOD], maxTokens: 6, suppressEnd: true });
    const ran = await decoded(models, wanted, reweighs.kept);
    texts.length = 0;
    const [answer] = await reweighed(reweighs, models, { lane: 0, ...vas(after, k) });
    expect(texts).toEqual(asked === 0 ? [] : ran.map(() => asked));
    expect(answer).toMatchObject({ exactness: { type: "exact", filled } });
    const opening = ran.map(({ token }) => token);
    expectSame(answer, await decoded(models, { ...wanted, lanes: [{ ...vas(after, k), opening }] }));
    // Asked once: the next slider move reads nothing.
    texts.length = 0;
    await reweighed(reweighs, models, { lane: 0, ...vas({ ...after, s1: 0.3 }, k) });
    expect(texts).toEqual([]);
  });

  it("that woke in mid-run is asked afterwards for the steps before alone", async () => {
    const texts: number[] = [];
    const models = withClassifier(texts);
    const reweighs = still();
    const schedule = [{ token: 4, lane: 0, change: { weights: { joy: 1, s1: 1 } } }];
    const wanted = request([vas({ joy: 1, s1: 0 })], { sources: [MOOD], maxTokens: 6, suppressEnd: true, schedule });
    const ran = await decoded(models, wanted, reweighs.kept);
    expect(ran.map(({ contributions }) => "s1" in contributions)).toEqual([false, false, false, false, true, true]);
    // Two steps, and the score of the whole text.
    expect(texts).toEqual([4, 4, 1]);
    texts.length = 0;
    const [answer] = await reweighed(reweighs, models, { lane: 0, ...vas({ joy: 1, s1: 1 }) });
    expect(texts).toEqual([4, 4, 4, 4]);
    expect(answer).toMatchObject({ exactness: { type: "exact", filled: ["s1"] } });
  });

  it("is left when a newer question comes or a run begins, and nothing is half kept", async () => {
    const texts: number[] = [];
    const models = withClassifier(texts);
    let rests = 0;
    const reweighs: Reweighs = new Reweighs({
      now: () => (rests += 20),
      rest: async () => {
        if (texts.length === 2) reweighs.drop();
      },
    });
    await decoded(
      models,
      request([vas({ joy: 1 })], { sources: [MOOD], maxTokens: 6, suppressEnd: true }),
      reweighs.kept,
    );
    texts.length = 0;
    expect(await reweighed(reweighs, models, { lane: 0, ...vas({ s1: 1 }) })).toEqual([]);
    expect(texts).toEqual([4, 4]);
    expect(
      reweighs.kept
        .find("run")
        ?.lanes.get(0)
        ?.every(({ values }) => values.every((own) => Number.isNaN(own.at(-1) ?? NaN))),
    ).toBe(true);
  });
});

describe("a lane that is ranked by a source that was off", () => {
  const best = (weights: Record<string, number>) =>
    lane({ id: "bon", beta: 0.5, weights, n: 5, ensemble: "mean", lambda: 0 });

  it("has its samples scored afterwards, and chooses as a fresh run does", async () => {
    const models = withClassifier();
    const reweighs = new Reweighs({ now: () => 0, rest: () => Promise.resolve() });
    const wanted = request([best({ joy: 1 })], { sources: [MOOD], maxTokens: 6 });
    const results: LaneResult[] = [];
    for await (const event of decode("run", wanted, models, fakeControl())) reweighs.kept.see(event);
    const fresh = { ...wanted, lanes: [best({ s1: -1 })] };
    for await (const event of decode("again", fresh, models, fakeControl())) {
      if (event.type === "finished") results.push(...event.lanes);
    }
    const [answer] = await reweighed(reweighs, models, { lane: 0, ...best({ s1: -1 }) });
    if (answer?.type !== "choice") throw new Error("no choice");
    expect(answer.result.scores).toEqual(results[0]?.scores);
    expect(answer.result.chosen).toBe(results[0]?.chosen);
    // Nothing is charged for measuring.
    expect(answer.result.forwards).not.toHaveProperty("sst2");
  });

  it("says why it cannot where the run is a recording", async () => {
    const models = withClassifier();
    const wanted = request([best({ joy: 1 })], { sources: [MOOD], maxTokens: 4 });
    const kept = new KeptRuns();
    for await (const event of decode("run", wanted, models, fakeControl())) kept.see(event);
    const run = kept.find("run");
    if (run === null) throw new Error("the run was not kept");
    const reweighs = new Reweighs({ now: () => 0, rest: () => Promise.resolve() });
    reweighs.remember({ runId: "run", request: wanted, lanes: [], samples: run.samples, results: run.results });
    await expect(reweighed(reweighs, models, { lane: 0, ...best({ s1: 1 }) })).rejects.toThrow(
      "“Mood” was off during this run, so the recording has no scores for it; run again to rank by it.",
    );
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
    const [answer] = await reweighed(reweighs, models, target);
    if (answer?.type !== "steps") throw new Error("no steps");
    expect(answer.exactness).toEqual({ type: "exact", filled });
    const opening = ran.map(({ token }) => token);
    const fresh = await decoded(models, { ...wanted, lanes: [{ ...genarm(after), opening }] });
    expectSame(answer, fresh);
  });
});
