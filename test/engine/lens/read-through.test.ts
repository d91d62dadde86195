/** What decoding showed of a lane is read again off its text. */
import { describe, expect, it } from "vitest";
import type { StateFeatures } from "../../../src/core/heads/features.ts";
import { RunError } from "../../../src/core/errors.ts";
import type { LensAsk, LensReading, LensReward } from "../../../src/core/lens/reading.ts";
import { credit } from "../../../src/core/sources/contrastive.ts";
import type { SourceId, SourceSpec } from "../../../src/core/sources/spec.ts";
import { mean } from "../../../src/core/stats.ts";
import type { LaneRequest, RowStep, RunRequest, SampleResult, TokenId } from "../../../src/core/types.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import type { LoadedHead, Models } from "../../../src/engine/interfaces.ts";
import { readThrough } from "../../../src/engine/lens/read-through.ts";
import { FAKE_EOS, fakeControl, fakeModels, hashed, lane, request } from "../../fakes.ts";
import { tableCausal, Usage } from "../../table-models.ts";

const CONTRAST: SourceSpec = { id: "s1", name: "Kind", type: "contrastive", model: "policy", better: "b", worse: "w" };
const HEAD: SourceSpec = { id: "s2", name: "Push", type: "head", head: "push" };
const VALUE: SourceSpec = { id: "s3", name: "Value", type: "head", head: "value", kind: "value" };
const RATIO: SourceSpec = {
  id: "s4",
  name: "Ratio",
  type: "sibling-ratio",
  strong: "policy",
  weak: "arm-joy",
  criteria: "",
};
const BREVITY: SourceSpec = { id: "s5", name: "Brevity", type: "scorer", scorer: { type: "brevity" } };
const LABEL: SourceSpec = { id: "s6", name: "Good", type: "classifier", model: "mood", label: "good" };
const AFTER: SourceSpec = {
  id: "s7",
  name: "After",
  type: "follow-up",
  model: "policy",
  positive: ["ab"],
  negative: ["c"],
};
const ALL = [CONTRAST, HEAD, VALUE, RATIO, BREVITY, LABEL, AFTER];

const valueOf = (features: StateFeatures): number => features.get("last")![0]! + 2 * features.get("last-mean")![1]!;

function modelsWithAll(usage = new Usage()): Models {
  const { models } = fakeModels();
  const { vocabSize } = models.policy;
  const of = (prefix: readonly TokenId[]) => ({
    hidden: Float32Array.of(hashed(2, ...prefix), hashed(3, ...prefix)),
    middle: Float32Array.of(hashed(4, ...prefix), hashed(5, ...prefix)),
  });
  const logitsOf = (prefix: readonly TokenId[]) =>
    Float64Array.from({ length: vocabSize }, (_, v) => (v === FAKE_EOS ? -1 : 3) * hashed(1, v, ...prefix));
  const states = { sizes: { hidden: 2, layer: 1 }, of };
  const policy = tableCausal("policy", { vocabSize, context: 256, states }, logitsOf, usage);
  const push: LoadedHead = {
    kind: "push",
    rewards: (features, tokens) => Float32Array.from(tokens, (v) => valueOf(features) * hashed(6, v)),
  };
  return {
    ...models,
    policy,
    readers: new Map([...models.readers, ["policy", policy]]),
    heads: new Map<string, LoadedHead>([
      ["push", push],
      ["value", { kind: "value", value: valueOf }],
    ]),
    classifiers: new Map([
      [
        "mood",
        {
          id: "mood",
          labels: ["bad", "good"],
          isMultiLabel: false,
          score: async (texts) => texts.map((text) => Float64Array.of(hashed(8, text.length), hashed(9, text.length))),
        },
      ],
    ]),
  };
}

interface Ran {
  readonly steps: readonly RowStep[];
  readonly samples: readonly SampleResult[];
}

async function run(models: Models, wanted: RunRequest): Promise<Ran> {
  const steps: RowStep[] = [];
  const samples: SampleResult[] = [];
  for await (const event of decode("run", wanted, models, fakeControl())) {
    if (event.type === "step") steps.push(...event.rows);
    if (event.type === "sample") samples.push(event.result);
    if (event.type === "failed") throw new Error(event.error.message);
  }
  return { steps, samples };
}

async function read(models: Models, reward: LensReward, more: Partial<LensAsk>): Promise<LensReading[]> {
  const ask: LensAsk = { reward, system: "", turns: [], texts: [], plausible: 0, detail: { after: 4 }, ...more };
  const control = { signal: new AbortController().signal, rest: async () => undefined, onProgress: () => undefined };
  const found: LensReading[] = [];
  for await (const reading of readThrough(models, ask, control)) found.push(reading);
  return found;
}

const textOf = (answer: readonly TokenId[] | string) => ({ kind: "story", prompt: "a fox", answer }) as const;

describe("a lane that terms or heads steer", () => {
  const beta = 0.5;
  const weight = 0.7;
  const cases: readonly (readonly [string, LensReward, string, number])[] = [
    ["an ARM", { type: "arm", objective: "joy" }, "joy", 0],
    ["a contrast", { type: "source", source: CONTRAST }, "s1", 0],
    ["a contrast, over the plausible tokens", { type: "source", source: CONTRAST }, "s1", 0.1],
    ["a sibling ratio", { type: "source", source: RATIO }, "s4", 0],
    ["a head", { type: "source", source: HEAD }, "s2", 0],
    ["a head, over the plausible tokens", { type: "source", source: HEAD }, "s2", 0.1],
  ];
  it.each(cases)("has its contributions read again off its text: %s", async (_, reward, id, plausible) => {
    const models = modelsWithAll();
    const own: LaneRequest = lane({ id: "genarm", beta, weights: { [id]: weight } }, { plausible });
    const { steps } = await run(models, request([own], { sources: ALL }));
    const tokens = steps.map(({ token }) => token);
    const [reading] = await read(models, reward, { texts: [textOf(tokens)], plausible });
    const detail = reading!.detail!;
    expect(detail.type).toBe("push");
    expect(detail.pieces).toEqual(steps.map(({ text }) => text));
    for (const [t, step] of steps.entries()) {
      const shown = step.contributions[id as SourceId]!;
      expect((detail.values[t]! * weight) / beta, `token ${t}`).toBeCloseTo(shown, 6);
    }
    expect(steps.some((step) => Math.abs(step.contributions[id as SourceId]!) > 0.1)).toBe(true);
  });

  it("gives each token of a contrast the credit of its log-ratio", async () => {
    const models = modelsWithAll();
    const own = lane({ id: "genarm", beta, weights: { s1: weight } });
    const { steps } = await run(models, request([own], { sources: ALL }));
    const texts = [textOf(steps.map(({ token }) => token))];
    const [reading] = await read(models, { type: "source", source: CONTRAST }, { texts });
    const ratios = steps.map(({ top, token }) => top!.sources["s1"]![top!.ids.indexOf(token)]!);
    for (const [t, ratio] of ratios.entries()) expect(reading!.detail!.credits[t]).toBeCloseTo(credit(ratio), 6);
    expect(reading!.score).toBeCloseTo(mean(ratios), 6);
  });
});

describe("a lane that values steer", () => {
  it.each([
    ["the value model", { type: "value", objective: "joy" }, "joy"],
    ["a value head", { type: "source", source: VALUE }, "s3"],
  ] as const)("has the values of its tokens read again, and what each changed: %s", async (_, reward, id) => {
    const models = modelsWithAll();
    const own = lane({ id: "vas", beta: 0.5, weights: { [id]: 1 }, k: 40 });
    const { steps } = await run(models, request([own], { sources: ALL }));
    const texts = [textOf(steps.map(({ token }) => token))];
    const [reading] = await read(models, reward, { texts });
    const { scores, values, start } = reading!.detail!;
    for (const [t, { top, token }] of steps.entries()) {
      expect(scores[t], `token ${t}`).toBeCloseTo(top!.sources[id]![top!.ids.indexOf(token)]!, 6);
      expect(values[t]! + (scores[t - 1] ?? start)!).toBeCloseTo(scores[t]!, 12);
    }
    expect(reading!.score).toBe(scores.at(-1));
  });
});

describe("whole texts", () => {
  const bon: LaneRequest = lane({
    id: "bon",
    n: 11,
    beta: 1,
    weights: Object.fromEntries(ALL.map(({ id }) => [id, 1])),
    ensemble: "mean",
    lambda: 0,
  });

  it("score as best-of-N ranked them by", async () => {
    const models = modelsWithAll();
    const { samples } = await run(models, request([bon], { sources: ALL }));
    const texts = samples.map(({ tokens }) => textOf(tokens));
    for (const source of ALL) {
      for (const detail of [null, { after: 4 }]) {
        const readings = await read(models, { type: "source", source }, { texts, detail });
        const expected = samples.map(({ sources }) => sources![source.id]!);
        for (const [i, { score, text }] of readings.entries()) {
          expect(score, `${source.name} ${i}`).toBeCloseTo(expected[i]!, 6);
          expect(text).toBe(samples[i]!.text.trim());
        }
      }
    }
  });

  it("have the judge's reward with its members, and the truth", async () => {
    const models = modelsWithAll();
    const { samples } = await run(models, request([bon], { sources: ALL }));
    const texts = samples.map(({ tokens }) => textOf(tokens));
    const judged = await read(models, { type: "judge", objective: "joy" }, { texts, detail: null });
    expect(judged.map(({ score }) => score)).toEqual(samples.map(({ reward }) => reward.joy));
    expect(judged.map(({ members }) => members)).toEqual(samples.map(({ rewardMembers }) => rewardMembers.joy));
    const true_ = await read(models, { type: "truth", objective: "joy" }, { texts, detail: null });
    expect(true_.map(({ score }) => score)).toEqual(samples.map(({ truth }) => truth.joy));
    const undefinedHere = await read(models, { type: "truth", objective: "helpful" }, { texts, detail: null });
    expect(undefinedHere.map(({ score }) => score)).toEqual(samples.map(() => null));
  });

  it("are judged a few beginnings a forward, and tokens between two places share what changed", async () => {
    const { models, usage } = fakeModels();
    const tokens = Array.from({ length: 30 }, (_, i) => 2 + ((7 * i) % 30));
    const [reading] = await read(
      models,
      { type: "judge", objective: "joy" },
      { texts: [textOf(tokens)], detail: { after: 4 } },
    );
    const prompt = models.promptIds("policy", {
      kind: "story",
      prompt: "a fox",
      instruction: null,
      system: "",
      turns: [],
    });
    const scoreAt = async (n: number): Promise<number> =>
      mean((await models.judge!.score([[...prompt, ...tokens.slice(0, n)]]))[0]![0]!);
    expect(usage.get("judge")!.forwards).toEqual([8]);
    const { scores, values } = reading!.detail!;
    expect(scores.flatMap((score, t) => (score === null ? [] : [t + 1]))).toEqual([4, 8, 12, 16, 20, 24, 28, 30]);
    for (const place of [4, 12, 30]) expect(scores[place - 1]).toBeCloseTo(await scoreAt(place), 12);
    expect(values.slice(0, 4)).toEqual([null, null, null, null]);
    for (const t of [8, 9, 11]) expect(values[t]).toBeCloseTo((await scoreAt(12)) - (await scoreAt(8)), 12);
    expect(values[29]).toBeCloseTo((await scoreAt(30)) - (await scoreAt(28)), 12);
  });
});

it("a text that is too long for a model has no score, and the others keep theirs", async () => {
  const { models } = fakeModels();
  const judge = {
    ...models.judge!,
    score: async (sequences: readonly (readonly TokenId[])[]) => {
      const long = sequences.find(({ length }) => length > 20);
      if (long !== undefined) throw new RunError("context-overflow", `${long.length} tokens`);
      return models.judge!.score(sequences);
    },
  };
  const texts = [[3, 4], Array.from({ length: 30 }, () => 5), [6]].map(textOf);
  const reward = { type: "judge", objective: "joy" } as const;
  const scores = (await read({ ...models, judge }, reward, { texts, detail: null })).map(({ score }) => score);
  const alone = await read(models, reward, { texts: [texts[0]!, texts[2]!], detail: null });
  expect(scores).toEqual([alone[0]!.score, null, alone[1]!.score]);
  await expect(read({ ...models, judge }, reward, { texts: [texts[1]!] })).rejects.toMatchObject({
    code: "context-overflow",
  });
});

describe("a written text", () => {
  it("is read as the policy would have written it, with its end", async () => {
    const { models } = fakeModels();
    const [reading] = await read(models, { type: "arm", objective: "joy" }, { texts: [textOf("hello")] });
    const { pieces } = reading!.detail!;
    expect(pieces.at(-1)).toBe("");
    expect(reading!.tokens).toBe(pieces.length - 1);
  });

  it("may be one for which nothing is loaded: the error says what to choose", async () => {
    const { models } = fakeModels();
    const bare = { ...models, arms: new Map(), value: null, judge: null };
    for (const type of ["arm", "value", "judge"] as const) {
      const texts = [textOf("hello")];
      await expect(read(bare, { type, objective: "joy" }, { texts })).rejects.toMatchObject({ code: "model-missing" });
    }
    await expect(read(models, { type: "arm", objective: "joy" }, { texts: [textOf([2, 99])] })).rejects.toMatchObject({
      code: "vocab-mismatch",
    });
  });
});

it("ends between two forwards when it is stopped", async () => {
  const { models, usage } = fakeModels();
  const controller = new AbortController();
  const progress: string[] = [];
  const control = {
    signal: controller.signal,
    rest: async () => controller.abort(),
    onProgress: (done: number, total: number) => void progress.push(`${done} of ${total}`),
  };
  const ask: LensAsk = {
    reward: { type: "arm", objective: "joy" },
    system: "",
    turns: [],
    texts: [textOf([3, 4, 5])],
    plausible: 0,
    detail: { after: 4 },
  };
  await expect(readThrough(models, ask, control).next()).rejects.toMatchObject({ code: "aborted" });
  expect(progress).toEqual(["1 of 2"]);
  expect([usage.get("policy")!.forwards, usage.get("arm-joy")!.forwards]).toEqual([[1], []]);
});
