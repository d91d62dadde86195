import { describe, expect, it } from "vitest";
import { logSoftmax } from "../../../src/core/logprobs.ts";
import type { SourceSpec } from "../../../src/core/sources/spec.ts";
import type { LaneRequest, RunEvent, RunRequest, TokenId } from "../../../src/core/types.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import type { CausalModel } from "../../../src/engine/interfaces.ts";
import {
  collect,
  eventsOf,
  fakeModels,
  FAKE_BOS,
  FAKE_EOS,
  lane,
  request,
  type Fakes,
  BASE,
  GENARM,
} from "../../fakes.ts";

const bon = (n: number, weights: Record<string, number>): LaneRequest =>
  lane({ id: "bon", n, beta: 0.5, weights, ensemble: "mean", lambda: 0 });
const AVERAGE: SourceSpec = { id: "s1", name: "Average", type: "average-logprob", model: "policy" };
const FOLLOW: SourceSpec = {
  id: "s2",
  name: "Follow-up",
  type: "follow-up",
  model: "arm-joy",
  positive: ["thanks", " "],
  negative: ["no", "stop"],
};
const SHORT: SourceSpec = { id: "s3", name: "Short", type: "rule", rule: { type: "length", words: 3 } };
const PATTERN: SourceSpec = {
  id: "s4",
  name: "Vowels",
  type: "rule",
  rule: { type: "pattern", pattern: "[aeiou]{2}" },
};

async function run(fakes: Fakes, lanes: readonly LaneRequest[], sources: readonly SourceSpec[], more = {}) {
  const wanted: RunRequest = request(lanes, { sources, ...more });
  const events = await collect(fakes, wanted);
  const failed = eventsOf(events, "failed").map(({ error }) => error);
  return {
    failed,
    samples: eventsOf(events, "sample").map(({ result }) => result),
    end: eventsOf(events, "finished")[0],
  };
}

async function sumOf(model: CausalModel, before: readonly TokenId[], tokens: readonly TokenId[]): Promise<number> {
  let sum = 0;
  for (const [t, token] of tokens.entries()) {
    const batch = await model.open([[...before, ...tokens.slice(0, t)]]);
    sum += logSoftmax(batch.logits(0))[token]!;
    batch.dispose();
  }
  return sum;
}

describe("sources that rank texts", () => {
  it("score every text of every lane, and choose by the weighted sum", async () => {
    const fakes = fakeModels();
    const weights = { s1: 1, s2: -0.5, s3: 0.2, s4: 0.1, joy: 0.3 };
    const { failed, samples, end } = await run(fakes, [BASE, bon(6, weights)], [AVERAGE, FOLLOW, SHORT, PATTERN]);
    expect(failed).toEqual([]);
    expect(samples).toHaveLength(7);
    const { models } = fakes;
    const prompt = [FAKE_BOS, ...models.tokenizer.encode("a fox")];
    const joy = models.readers.get("arm-joy")!;
    for (const { tokens, text, sources } of samples) {
      expect(sources!["s1"]).toBeCloseTo((await sumOf(models.policy, prompt, tokens)) / tokens.length, 9);
      const spoken = [...prompt, ...tokens.filter((token) => token !== FAKE_EOS)];
      const likely = async (words: string): Promise<number> => {
        const ids = models.tokenizer.encode(` ${words}`);
        return (await sumOf(joy, spoken, ids)) / ids.length;
      };
      const follow = (await likely("thanks")) - ((await likely("no")) + (await likely("stop"))) / 2;
      expect(sources!["s2"]).toBeCloseTo(follow, 9);
      const words = text.match(/[a-z€]+/g) ?? [];
      expect(sources!["s4"]).toBe(/[aeiou]{2}/.test(text.trim()) ? 1 : 0);
      expect(sources!["s3"]).toBeLessThanOrEqual(0);
      expect(words.length).toBeGreaterThan(0);
    }
    const own = samples.filter((sample) => sample.lane === 1);
    const scores = own.map(
      ({ sources, reward }) =>
        sources!["s1"]! - 0.5 * sources!["s2"]! + 0.2 * sources!["s3"]! + 0.1 * sources!["s4"]! + 0.3 * reward.joy!,
    );
    for (const [j, score] of end!.lanes[1]!.scores.entries()) expect(score).toBeCloseTo(scores[j]!, 9);
    expect(end!.lanes[1]!.chosen).toBe(scores.indexOf(Math.max(...scores)));
  });

  it("are scorers of texts: every lane has the score, and best-of-N takes the best", async () => {
    const brief: SourceSpec = { id: "s1", name: "Brief", type: "scorer", scorer: { type: "brevity" } };
    const varied: SourceSpec = {
      id: "s2",
      name: "Varied",
      type: "scorer",
      scorer: { type: "formula", formula: "unique_words * 2 - 1" },
    };
    const { failed, samples, end } = await run(fakeModels(), [BASE, bon(6, { s1: 1, s2: 3 })], [brief, varied]);
    expect(failed).toEqual([]);
    const scores = samples.map(({ text, sources }) => {
      const words = text.match(/[\p{L}]+/gu) ?? [];
      expect(sources!["s1"]).toBeCloseTo(-words.length, 12);
      const own = (2 * new Set(words).size) / words.length - 1;
      expect(sources!["s2"]).toBeCloseTo(own, 12);
      return -words.length + 3 * own;
    });
    const ranked = scores.slice(1);
    expect(new Set(ranked).size).toBeGreaterThan(1);
    expect(end!.lanes[1]!.chosen).toBe(ranked.indexOf(Math.max(...ranked)));
    expect(Object.keys(end!.lanes[1]!.forwards).toSorted()).toEqual(["judge", "policy"]);
  });

  it("end the run in words where a score is no finite number", async () => {
    const broken: SourceSpec = {
      id: "s1",
      name: "Broken",
      type: "scorer",
      scorer: { type: "formula", formula: "1 / (words - words)" },
    };
    const { failed, end } = await run(fakeModels(), [bon(2, { s1: 1 })], [broken]);
    expect(failed).toMatchObject([{ code: "invalid-request" }]);
    expect(failed[0]?.message).toMatch(/"Broken" gives Infinity for a text.*Change the scorer/);
    expect(end).toBeUndefined();
  });

  it("charge the lanes that rank by them, one row a text and follow-up, and no other lane", async () => {
    const { end } = await run(fakeModels(), [BASE, bon(4, { s1: 1, s2: 1 })], [AVERAGE, FOLLOW]);
    expect(end!.lanes[0]!.forwards).not.toHaveProperty("arm-joy");
    expect(end!.lanes[1]!.forwards["arm-joy"]).toBe(4 * 3);
  });

  it("rank without a judge, which objectives need", async () => {
    const fakes = fakeModels();
    const models = { ...fakes.models, judge: null };
    const alone = await run({ ...fakes, models }, [bon(4, { s1: 1 })], [AVERAGE]);
    expect(alone.failed).toEqual([]);
    expect(alone.end!.lanes[0]!.scores.every((score) => score !== null)).toBe(true);
    const { failed } = await run({ ...fakes, models }, [bon(4, { s1: 1, joy: 1 })], [AVERAGE]);
    expect(failed[0]).toMatchObject({ code: "model-missing" });
  });

  it("are left out of runs that weigh none of them", async () => {
    const fakes = fakeModels();
    const { samples } = await run(fakes, [GENARM, bon(3, { joy: 1, s1: 0 })], [AVERAGE]);
    expect(samples.every((sample) => !("sources" in sample))).toBe(true);
  });
});

describe("a source that cannot run", () => {
  const refused: [string, SourceSpec, LaneRequest, RegExp][] = [
    [
      "a model that is not loaded",
      { ...AVERAGE, model: "gpt-5" },
      bon(2, { s1: 1 }),
      /"gpt-5", which is not loaded; load it, or choose one of policy, arm-joy/,
    ],
    [
      "a sibling that is not loaded",
      { id: "s1", name: "Kin", type: "sibling", model: "kin" },
      lane({ id: "genarm", beta: 1, weights: { s1: 1 } }),
      /"Kin" needs the model "kin"/,
    ],
    [
      "a classifier that is not loaded",
      { id: "s1", name: "Mood", type: "classifier", model: "sst2", label: "POSITIVE" },
      bon(2, { s1: 1 }),
      /classifier "sst2", which is not loaded; load one/,
    ],
    [
      "the policy over itself by two names",
      { id: "s1", name: "Same", type: "sibling-ratio", strong: "policy", weak: "alias", criteria: "" },
      lane({ id: "genarm", beta: 1, weights: { s1: 1 } }),
      /"Same" compares "policy" with "alias", which is the same model; choose another/,
    ],
    [
      "a prompt that leaves no room",
      { id: "s1", name: "Long", type: "contrastive", model: "policy", better: "x".repeat(300), worse: "y" },
      lane({ id: "genarm", beta: 1, weights: { s1: 1 } }),
      /"Long" gives policy a prompt of 306 tokens .* at most 256 tokens in all; shorten/,
    ],
  ];
  it.each(refused)("is refused before anything is computed: %s", async (_, spec, own, message) => {
    const fakes = fakeModels();
    const readers = new Map(fakes.models.readers).set("alias", fakes.models.policy);
    const { failed } = await run({ ...fakes, models: { ...fakes.models, readers } }, [own], [spec]);
    expect(failed[0]?.message).toMatch(message);
    expect(fakes.usage.get("policy")!.forwards).toEqual([]);
  });
});

describe("reading the finished texts", () => {
  const rule: SourceSpec = { id: "s1", name: "Length", type: "rule", rule: { type: "length", words: 5 } };
  const lanes = [
    lane({ id: "bon", n: 3, beta: 1, weights: { s1: 1 }, ensemble: "mean", lambda: 0 }),
    lane({ id: "base" }),
  ];

  it("says after each text how far it is", async () => {
    const events = await collect(fakeModels(), request(lanes, { sources: [rule] }));
    expect(eventsOf(events, "scoring").map(({ done, total }) => `${done} of ${total}`)).toEqual([
      "1 of 4",
      "2 of 4",
      "3 of 4",
      "4 of 4",
    ]);
    const kinds = events.map(({ type }) => type);
    expect(kinds.lastIndexOf("step")).toBeLessThan(kinds.indexOf("scoring"));
    expect(kinds.lastIndexOf("scoring")).toBeLessThan(kinds.indexOf("sample"));
  });

  it("says nothing where no source reads", async () => {
    const events = await collect(fakeModels(), request([lane({ id: "base" })]));
    expect(eventsOf(events, "scoring")).toEqual([]);
  });

  it("ends within a text when the run is stopped, and the texts stay", async () => {
    const controller = new AbortController();
    const { models } = fakeModels();
    const control = { signal: controller.signal, now: () => 0, turn: () => Promise.resolve(), takeChanges: () => [] };
    const events: RunEvent[] = [];
    for await (const event of decode("run", request(lanes, { sources: [rule] }), models, control)) {
      events.push(event);
      if (event.type === "scoring" && event.done === 2) controller.abort();
    }
    expect(eventsOf(events, "scoring")).toHaveLength(2);
    const samples = eventsOf(events, "sample").map(({ result }) => result);
    expect(samples.map(({ sources }) => sources !== undefined)).toEqual([true, true, false, false]);
    expect(samples.every(({ text }) => text !== "")).toBe(true);
    expect(events.at(-1)?.type).toBe("finished");
  });
});
