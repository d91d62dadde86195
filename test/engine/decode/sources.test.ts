import { describe, expect, it } from "vitest";
import { logSoftmax } from "../../../src/core/logprobs.ts";
import { vasCandidates, vasShift } from "../../../src/core/vas.ts";
import { labelLogOdds } from "../../../src/core/sources/classifier.ts";
import type { SourceSpec } from "../../../src/core/sources/spec.ts";
import type { LaneRequest, RowStep, RunRequest, TokenId } from "../../../src/core/types.ts";
import type { Classifier, Models } from "../../../src/engine/interfaces.ts";
import {
  FAKE_BOS,
  FAKE_EOS,
  collect,
  eventsOf,
  fakeModels,
  hashed,
  isTidy,
  lane,
  request,
  type Fakes,
} from "../../fakes.ts";

const CONTRAST: SourceSpec = {
  id: "s1",
  name: "Kinder",
  type: "contrastive",
  model: "arm-joy",
  better: "be kind",
  worse: "be rude",
};
const RATIO: SourceSpec = {
  id: "s2",
  name: "Ratio",
  type: "sibling-ratio",
  strong: "arm-joy",
  weak: "policy",
  criteria: "",
};
const SIBLING: SourceSpec = { id: "s3", name: "Sibling", type: "sibling", model: "arm-detail" };
const BETA = 0.5;

const genarm = (weights: Record<string, number>): LaneRequest => lane({ id: "genarm", beta: BETA, weights });
const bon = (n: number, weights: Record<string, number>): LaneRequest =>
  lane({ id: "bon", n, beta: BETA, weights, ensemble: "mean", lambda: 0 });
const withSources = (sources: readonly SourceSpec[], lanes: readonly LaneRequest[], more: Partial<RunRequest> = {}) =>
  request(lanes, { sources, ...more });

async function stepsOf(fakes: Fakes, run: RunRequest): Promise<RowStep[]> {
  const events = await collect(fakes, run);
  for (const { error } of eventsOf(events, "failed")) throw new Error(error.message);
  return eventsOf(events, "step").flatMap((event) => event.rows.filter((row) => row.lane === 0));
}

async function distribution(
  models: Models,
  id: string,
  prompt: string,
  said: readonly TokenId[],
): Promise<Float64Array> {
  const batch = await models.readers.get(id)!.open([[FAKE_BOS, ...models.tokenizer.encode(prompt), ...said]]);
  const own = logSoftmax(batch.logits(0));
  batch.dispose();
  return own;
}

describe("sources that steer tokens", () => {
  it("push by the ratio of two prompts, of two models, and by a sibling's own distribution", async () => {
    const fakes = fakeModels();
    const { models } = fakes;
    const weights = { joy: 0.5, s1: 1, s2: -0.4, s3: 0.3 };
    const steps = await stepsOf(fakes, withSources([CONTRAST, RATIO, SIBLING], [genarm(weights)], { maxTokens: 5 }));
    expect(isTidy(fakes)).toBe(true);
    for (const [position, step] of steps.entries()) {
      const said = steps.slice(0, position).map(({ token }) => token);
      const of = (id: string, prompt = "a fox") => distribution(models, id, prompt, said);
      const [base, joy, detail] = [await of("policy"), await of("arm-joy"), await of("arm-detail")];
      const [better, worse] = [await of("arm-joy", "be kinda fox"), await of("arm-joy", "be rudea fox")];
      const raw = base.map(
        (p, v) =>
          p +
          (0.5 * 0.5 * joy[v]!) / BETA +
          (better[v]! - worse[v]!) / BETA -
          (0.4 * (joy[v]! - p)) / BETA +
          (0.3 * detail[v]!) / BETA,
      );
      const guided = logSoftmax(raw);
      const top = step.top!;
      for (const [i, id] of top.ids.entries()) {
        expect(top.guided[i]).toBeCloseTo(guided[id]!, 9);
        expect(top.sources["s1"]![i]).toBeCloseTo(better[id]! - worse[id]!, 9);
        expect(top.sources["s2"]![i]).toBeCloseTo(joy[id]! - base[id]!, 9);
        const pushes = ["joy", "s1", "s2", "s3"].map((key) => top.contributions[key as "joy"]![i]!);
        expect(top.base[i]! + pushes.reduce((sum, nats) => sum + nats, 0) - step.logZ).toBeCloseTo(top.guided[i]!, 9);
      }
      expect(Object.keys(step.contributions)).toEqual(["joy", "s1", "s2", "s3"]);
    }
  });

  it("share a session: two terms over one model are one forward a step, and equal parts one row", async () => {
    const fakes = fakeModels();
    const weights = { joy: 1, s1: 1, s2: 1 };
    const maxTokens = 6;
    const run = withSources([CONTRAST, RATIO], [genarm(weights)], { maxTokens, suppressEnd: true });
    const events = await collect(fakes, run);
    // Rows of arm-joy: the plain prompt (ARM and strong sibling together), the better and the worse one.
    expect(fakes.usage.get("arm-joy")!.forwards).toEqual(Array.from({ length: maxTokens }, () => 3).concat([1, 1, 1]));
    // The weak sibling is the policy under its own prompt: no forward beyond those of the policy and one for the score.
    expect(fakes.usage.get("policy")!.forwards).toHaveLength(maxTokens + 1);
    const [result] = eventsOf(events, "finished")[0]!.lanes;
    expect(result!.forwards).toMatchObject({ policy: maxTokens, "arm-joy": 3 * maxTokens });
  });

  it("keep a policy under another prompt apart from the policy", async () => {
    const fakes = fakeModels();
    const own: SourceSpec = { ...CONTRAST, model: "policy" };
    await collect(fakes, withSources([own], [genarm({ s1: 1 })], { maxTokens: 4, suppressEnd: true }));
    // A step: one row for the lane, then one forward of the two prompts together; then two readings of the whole text.
    expect(fakes.usage.get("policy")!.forwards).toEqual([1, 2, 1, 2, 1, 2, 1, 2, 1, 1]);
  });

  it("at weight 0 or strength 0 are not asked", async () => {
    const fakes = fakeModels();
    const infinite = lane({ id: "genarm", beta: Infinity, weights: { s3: 0 } });
    await collect(fakes, withSources([CONTRAST, SIBLING], [genarm({ s1: 0 }), infinite]));
    expect(fakes.usage.get("arm-joy")!.forwards).toEqual([]);
    expect(fakes.usage.get("arm-detail")!.forwards).toEqual([]);
  });

  it("catch up when their weight leaves 0 in mid-run", async () => {
    const fakes = fakeModels();
    const run = withSources([CONTRAST], [genarm({ s1: 0 })], { maxTokens: 6, suppressEnd: true });
    const events = await collect(fakes, run, (event, control) => {
      if (event.type === "step" && event.step === 2) control.change(0, { weights: { s1: 1 } });
    });
    const steps = eventsOf(events, "step").flatMap(({ rows }) => rows);
    const changed = eventsOf(events, "changed")[0]!.change.token;
    expect(steps.map(({ contributions }) => "s1" in contributions)).toEqual(steps.map((_, i) => i >= changed));
    const recorded = { ...run, schedule: eventsOf(events, "changed").map(({ change }) => change) };
    expect((await stepsOf(fakeModels(), recorded)).map(({ token }) => token)).toEqual(steps.map(({ token }) => token));
  });
});

describe("a classifier", () => {
  const labels = ["NEGATIVE", "POSITIVE"];
  const logitsOf = (text: string): Float64Array => {
    const letters = Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
    return Float64Array.from(labels, (_, i) => 2 * hashed(50, i, ...letters));
  };
  const sentiment: SourceSpec = { id: "s1", name: "Cheer", type: "classifier", model: "sentiment", label: "POSITIVE" };
  function withClassifier(): { fakes: Fakes; asked: number[] } {
    const asked: number[] = [];
    const classifier: Classifier = {
      id: "sentiment",
      labels,
      isMultiLabel: false,
      score: (texts) => {
        asked.push(texts.length);
        return Promise.resolve(texts.map(logitsOf));
      },
    };
    const fakes = fakeModels();
    return {
      fakes: { ...fakes, models: { ...fakes.models, classifiers: new Map([["sentiment", classifier]]) } },
      asked,
    };
  }

  it("scores the texts that the k likeliest candidates would make, and costs k rows a step", async () => {
    const { fakes, asked } = withClassifier();
    const k = 5;
    const own = lane({ id: "vas", beta: BETA, weights: { s1: 1.5 }, k });
    const maxTokens = 4;
    const events = await collect(fakes, withSources([sentiment], [own], { maxTokens, suppressEnd: true }));
    const steps = eventsOf(events, "step").flatMap(({ rows }) => rows);
    expect(asked).toEqual([k, k, k, k, 1]);
    expect(eventsOf(events, "finished")[0]!.lanes[0]!.forwards).toEqual({
      policy: maxTokens,
      sentiment: k * maxTokens,
      judge: 1,
    });
    expect(fakes.usage.get("value")!.forwards).toEqual([]);
    const { models } = fakes;
    for (const [position, step] of steps.slice(0, 2).entries()) {
      const said = steps.slice(0, position).map(({ token }) => token);
      const base = await distribution(models, "policy", "a fox", said);
      base[FAKE_EOS] = -Infinity;
      const candidates = vasCandidates(base, k);
      const odds = candidates.map((token) => {
        const text = models.tokenizer
          .decode([...models.tokenizer.encode("x"), ...said, token])
          .slice(1)
          .replace(/\uFFFD$/, "")
          .trimStart();
        return labelLogOdds(logitsOf(text), 1, false);
      });
      const shift = vasShift(1.5 / BETA, odds);
      const found = candidates.map((token) => step.top!.contributions["s1"]![step.top!.ids.indexOf(token)]);
      for (const [c, nats] of found.entries()) if (nats !== undefined) expect(nats).toBeCloseTo(shift[c]!, 9);
    }
  });

  it("stands beside the value model, and ranks whole texts", async () => {
    const { fakes } = withClassifier();
    const vas = lane({ id: "vas", beta: BETA, weights: { joy: 1, s1: 1 }, k: 4 });
    const events = await collect(fakes, withSources([sentiment], [vas, bon(5, { s1: 1 })]));
    expect(eventsOf(events, "failed")).toEqual([]);
    const rows = eventsOf(events, "step").flatMap((event) => event.rows.filter((row) => row.lane === 0));
    expect(Object.keys(rows[0]!.contributions)).toEqual(["joy", "s1"]);
    const samples = eventsOf(events, "sample").flatMap(({ result }) => (result.lane === 1 ? [result] : []));
    const scores = samples.map(({ text }) => labelLogOdds(logitsOf(text.trim()), 1, false));
    expect(samples.map(({ sources }) => sources!["s1"])).toEqual(scores);
    expect(eventsOf(events, "finished")[0]!.lanes[1]!.chosen).toBe(scores.indexOf(Math.max(...scores)));
  });
});

it("a run reads each model's prompt once, however many rows and tokens it has", async () => {
  const promptsOf = async (lanes: readonly LaneRequest[], maxTokens: number): Promise<string[]> => {
    const fakes = fakeModels();
    const asked: string[] = [];
    const models: Models = {
      ...fakes.models,
      promptIds: (id, variant) => {
        asked.push(`${id}: ${variant.instruction ?? "plain"}`);
        return fakes.models.promptIds(id, variant);
      },
    };
    const run = withSources([CONTRAST, RATIO], lanes, { maxTokens, suppressEnd: true });
    const events = await collect({ ...fakes, models }, run);
    expect(eventsOf(events, "failed")).toEqual([]);
    return asked.toSorted();
  };
  const lanes = [genarm({ s1: 1, s2: 0.5 }), genarm({ s1: 2 }), bon(4, { s1: 1 })];
  const short = await promptsOf(lanes, 1);
  expect(await promptsOf(lanes, 24)).toEqual(short);
  expect(short).toEqual(["arm-joy: be kind", "arm-joy: be rude", "arm-joy: plain", "policy: plain"]);
});
