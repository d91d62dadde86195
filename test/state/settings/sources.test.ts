/** Sources without training on the page: edited, kept, sent, taken back, and told apart from those of a run. */
import { describe, expect, test } from "vitest";
import { parseRequest } from "../../../src/core/request.ts";
import { JSON_SHAPES, type SourceSpec } from "../../../src/core/sources/spec.ts";
import { sourceProblem } from "../../../src/core/sources/parse.ts";
import { board } from "../../../src/state/stage/board.ts";
import { creditsOf } from "../../../src/state/stage/credits.ts";
import { settingsFrom } from "../../../src/state/settings/from-request.ts";
import { liveChanges } from "../../../src/state/run/live-changes.ts";
import { reduce } from "../../../src/state/run/reduce.ts";
import { reweighTargets } from "../../../src/state/what-if/reweigh-targets.ts";
import { Settings } from "../../../src/state/settings/settings.svelte.ts";
import {
  checkSettings,
  defaultSettings,
  noWeights,
  provisionalEnd,
  sourceSliderOf,
  type SettingsData,
} from "../../../src/state/settings/settings-data.ts";
import { draftSource, OFFERED_TYPES } from "../../../src/state/settings/source-drafts.ts";
import type { World } from "../../../src/state/settings/worlds.ts";
import { sourceModels } from "../../../src/state/settings/source-models.ts";
import { comparable } from "../../../src/state/run/run-sources.ts";
import { stageLanes } from "../../../src/state/stage/stage.ts";
import { sourceCard } from "../../../src/ui/words/sources.ts";
import { figures } from "../../../src/ui/words/tables.ts";
import { toRequest } from "../../../src/state/settings/to-request.ts";
import { readLink, writeLink } from "../../../src/state/keep/link.ts";
import { readTrace, writeTrace } from "../../../src/state/keep/trace-file.ts";
import { IDLE_VIEW } from "../../../src/state/run/view.ts";
import type { LoadReport } from "../../../workers/protocol.ts";
import { fakeTrace } from "../fake-api.ts";
import { MemoryStorage } from "./memory-storage.ts";

const CONTRAST: SourceSpec = {
  id: "s1",
  name: "Cheer",
  type: "contrastive",
  model: "policy",
  better: "laugh",
  worse: "cry",
};
const RULE: SourceSpec = { id: "s2", name: "Short", type: "rule", rule: { type: "length", words: 9 } };
const CLASS: SourceSpec = { id: "s3", name: "Mood", type: "classifier", model: "sst2", label: "POSITIVE" };
const data: SettingsData = {
  ...defaultSettings(),
  maxTokens: 8,
  n: 3,
  sources: [CONTRAST, RULE, CLASS],
  weights: { ...noWeights(), joy: 1, s1: 0.5, s2: -1, s3: 2 },
};
const request = toRequest(data);
const trace = await fakeTrace(request);
const scored = trace.events.map((event) =>
  event.type === "sample"
    ? { ...event, result: { ...event.result, sources: { s1: event.result.lane / 4, s2: -1, s3: null } } }
    : event,
);
const view = scored.reduce(reduce, IDLE_VIEW);
const laneIds = data.lanes.map(({ id }) => id);
const models = sourceModels(null, []);

describe("settings with sources", () => {
  test("give each lane what its strategy can use, and pass the engine's check", () => {
    const weights = request.lanes.map(({ strategy }) => ("weights" in strategy ? strategy.weights : null));
    expect(weights).toEqual([null, { joy: 1, s1: 0.5 }, { joy: 1, s3: 2 }, { joy: 1, s1: 0.5, s2: -1, s3: 2 }]);
    expect(parseRequest(request)).toEqual(request);
    expect(checkSettings(JSON.parse(JSON.stringify(data)))).toEqual(data);
  });

  test("become settings again that ask for the same", () => {
    expect(toRequest(settingsFrom(request, defaultSettings()))).toEqual(request);
    const own = {
      ...data,
      lanes: data.lanes.with(1, { ...data.lanes[1]!, weights: { ...noWeights(), joy: 1, s1: 2 } }),
    };
    expect(toRequest(settingsFrom(toRequest(own), defaultSettings()))).toEqual(toRequest(own));
  });

  test("offer a draft of every kind that can score at once, with a free id and name", () => {
    const settings = new Settings(new MemoryStorage(), () => 1);
    const known = { ...models, classifiers: [{ id: "sst2", labels: ["NEGATIVE", "POSITIVE"] }] };
    for (const type of OFFERED_TYPES) expect(settings.addSource(type, known)).not.toBeNull();
    expect(settings.data.sources.map(({ type }) => type)).toEqual([...OFFERED_TYPES]);
    expect(settings.data.sources.map(sourceProblem)).toEqual(OFFERED_TYPES.map(() => null));
    expect(settings.addSource("rule", known)).toBeNull();
    settings.removeSource("s1");
    expect(settings.addSource("rule", known)).toBe("s1");
    expect(settings.data.sources.at(-1)?.name).toBe("Rule 2");
    expect(parseRequest(settings.request)).toEqual(settings.request);
  });

  test("draft follow-ups that suit what the models write: a person's thanks and complaints for a chat", () => {
    const drafted = (world: World, isBase = false) => {
      const settings = new Settings(null, () => 1, world);
      settings.isBase = isBase;
      const id = settings.addSource("follow-up", models)!;
      const spec = settings.data.sources.find((each) => each.id === id)!;
      if (spec.type !== "follow-up") throw new Error(spec.type);
      expect(sourceProblem(spec)).toBeNull();
      return spec;
    };
    expect(drafted("chat").positive[0]).toBe("Thank you, that helps a lot!");
    expect(drafted("chat").negative).toContain("That is not what I asked for.");
    expect(drafted("laboratory").positive).toContain("They laughed.");
    expect(drafted("chat", true).positive).not.toEqual(drafted("chat").positive);
  });

  test("take for the strong sibling the one that its name says was tuned, and the policy by its alias alone", () => {
    const report = (id: string): LoadReport => ({
      device: { backend: "wasm", adapter: "", isSoftware: false, threads: 1, fallbackReason: null },
      models: (["policy", "reader"] as const).map((kind) => {
        return { id: kind === "policy" ? "a/base" : id, sha256: "", kind, objectives: [], params: null, bytes: 1 };
      }),
      objectives: [],
      context: 64,
    });
    const drafted = (id: string) => {
      const known = sourceModels(report(id), []);
      expect(known.readers).toEqual(["policy", id]);
      return draftSource("sibling-ratio", [], "story", known);
    };
    expect(drafted("a/base-Instruct")).toMatchObject({ strong: "a/base-Instruct", weak: "policy" });
    expect(drafted("distilgpt2")).toMatchObject({ strong: "policy", weak: "distilgpt2" });
  });

  test("forget every weight of a source that goes, and give its id to the next", () => {
    const settings = new Settings(null, () => 1);
    settings.update({ ...data, lanes: data.lanes.map((lane) => ({ ...lane, weights: data.weights })) });
    settings.removeSource("s1");
    expect(JSON.stringify(settings.data)).not.toContain('"s1"');
    expect(checkSettings(settings.data)).not.toBeNull();
    expect(settings.addSource("rule", models)).toBe("s1");
  });

  test("leave out a source that is still being written, unless a lane weighs it", () => {
    const empty = { ...CONTRAST, better: "" };
    const written = toRequest({ ...data, sources: [empty, RULE], weights: { ...noWeights(), joy: 1 } });
    expect(written.sources).toEqual([RULE]);
    const weighed = toRequest({ ...data, sources: [empty, RULE], weights: { ...noWeights(), s1: 1 } });
    expect(() => parseRequest(weighed)).toThrow('better of "Cheer" must be a text');
    expect(checkSettings({ ...data, sources: [empty, RULE, CLASS] })).not.toBeNull();
  });

  test.each([
    ["a weight on nobody", { ...data, sources: [] }],
    ["a weight of a lane on nobody", { ...defaultSettings(), lanes: [{ ...data.lanes[1]!, weights: data.weights }] }],
    ["a weight out of bounds", { ...data, weights: { ...data.weights, s1: 99 } }],
    ["a weight with another name", { ...data, weights: { ...data.weights, luck: 1 } }],
    ["a source of no kind", { ...data, sources: [{ ...CONTRAST, type: "magic" }, RULE, CLASS] }],
  ])("are refused for %s", (_, broken) => {
    expect(checkSettings(JSON.parse(JSON.stringify(broken)))).toBeNull();
  });
});

describe("a run with sources", () => {
  test("takes slider moves of the sources that it knows, as they were", () => {
    const moved = { ...data, weights: { ...data.weights, s1: 1.5, s2: 0 } };
    const weightsOf = (now: SettingsData) => liveChanges(now, view, laneIds).map(({ change }) => change.weights);
    expect(weightsOf(moved)).toEqual([
      { joy: 1, s1: 1.5 },
      { joy: 1, s3: 2 },
      { joy: 1, s1: 1.5, s3: 2 },
    ]);
    const rewritten = { ...moved, sources: [{ ...CONTRAST, worse: "sob" }, RULE, CLASS] };
    expect(weightsOf(rewritten)).toEqual([{ joy: 1 }, { joy: 1, s3: 2 }, { joy: 1, s3: 2 }]);
    expect([...comparable(rewritten, request)]).toEqual(["s2", "s3"]);
    expect([...comparable({ ...data, sources: [{ ...CONTRAST, name: "Joy!" }] }, request)]).toEqual(["s1"]);
  });

  test("is re-weighted by their sliders, and not by sources that came later", () => {
    const moved = { ...data, weights: { ...data.weights, s1: 1.5 } };
    expect(reweighTargets(moved, view, laneIds, false).map(({ lane }) => lane)).toEqual([1, 3]);
    const added = { ...data, sources: [...data.sources, { ...RULE, id: "s4" as const }] };
    const later = { ...added, weights: { ...data.weights, s4: 2 } };
    expect(reweighTargets(later, view, laneIds, false)).toEqual([]);
  });

  test("has a column for each on the board and in the tables, and the wish counts objectives alone", () => {
    const lanes = stageLanes(data, view, laneIds, "live");
    const columns = board(lanes, view);
    expect(columns.map(({ id }) => id)).toEqual(["joy", "adventure", "dialogue", "detail", "s1", "s2", "s3", "kl"]);
    const cheer = columns.find(({ id }) => id === "s1")!;
    expect(cheer).toMatchObject({ name: "Cheer", isAsked: true, best: ["D"] });
    expect(cheer.entries.map(({ value }) => value)).toEqual([0, 0.25, 0.5, 0.75]);
    expect(columns.find(({ id }) => id === "s3")!.entries.map(({ value }) => value)).toEqual([null, null, null, null]);
    const { head, rows } = figures(view);
    expect(head.filter((name) => /Cheer|Short|Mood/.test(name))).toEqual([
      "Cheer (nats a token)",
      "Short (of the rule)",
      "Mood (nats)",
    ]);
    expect(rows.map((row) => row[head.indexOf("Cheer (nats a token)")])).toEqual([0, 0.25, 0.5, 0.75]);
  });

  test("gives the chosen token its credit by each contrast that steered it", () => {
    const ids = [3, 7];
    const top = { ids, base: [-1, -1], guided: [-1, -1], contributions: {}, tail: { base: 0, guided: 0 } };
    const step = view.lanes[1]!.samples[0]!.steps[0]!;
    const own = { ...step, token: 7, top: { ...top, sources: { s1: [9, -2], s3: [1, 1] } } };
    const [credit, ...others] = creditsOf(own, request.sources!);
    expect(others).toEqual([]);
    expect(credit).toMatchObject({ id: "s1", name: "Cheer" });
    expect(credit!.credit).toBeCloseTo(1 / (1 + Math.exp(2)) - 0.5, 12);
    expect(creditsOf({ ...own, token: 5 }, request.sources!)).toEqual([]);
  });

  test("survives the way to a file, which may name no source that the request does not define", () => {
    const whole = { ...trace, events: scored };
    expect(readTrace(writeTrace(whole))).toEqual({ type: "trace", trace: whole });
    const stray = writeTrace(whole).replace('"contributions":{"joy"', '"contributions":{"s9":1,"joy"');
    expect(readTrace(stray)).toMatchObject({
      type: "broken",
      why: expect.stringMatching(/names the source s9/) as string,
    });
    const named = writeTrace(whole).replace('"sources":{"s1":0,', '"sources":{"s7":0,');
    expect(readTrace(named)).toMatchObject({
      type: "broken",
      why: expect.stringMatching(/names the source s7/) as string,
    });
  });
});

describe("the shape that a JSON rule wants", () => {
  const wants = (rule: object): SettingsData => ({
    ...data,
    sources: [{ ...RULE, rule } as SourceSpec],
    weights: { ...noWeights(), s2: 1 },
  });
  const view = { quantity: "push", textView: "text" } as const;
  const link = (settings: SettingsData) => readLink(writeLink({ world: "laboratory", settings, view, models: null })!);

  test("goes through settings, links and files", async () => {
    const settings = wants({ type: "json", shape: "object" });
    expect(checkSettings(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
    expect(link(settings)).toMatchObject({ type: "link", state: { settings } });
    const own = await fakeTrace(toRequest(settings));
    expect(readTrace(writeTrace(own))).toEqual({ type: "trace", trace: own });
    expect(settingsFrom(own.request, defaultSettings()).sources).toEqual(settings.sources);
  });

  test("is any in links and files of older pages, which name none", async () => {
    const [old, any] = [wants({ type: "json" }), wants({ type: "json", shape: "any" })];
    expect(link(old)).toMatchObject({ type: "link", state: { settings: any } });
    const own = await fakeTrace(toRequest(any));
    const reading = readTrace(writeTrace(own).replaceAll('"type":"json","shape":"any"', '"type":"json"'));
    expect(reading).toEqual({ type: "trace", trace: own });
  });

  test("is named in the rule's card", () => {
    const cards = JSON_SHAPES.map((shape) => sourceCard({ ...RULE, rule: { type: "json", shape } }));
    expect(cards.map(({ formula }) => formula)).toEqual([
      "r(y) = 1 if y is JSON, else 0",
      "r(y) = 1 if y is a JSON object, else 0",
      "r(y) = 1 if y is a JSON array, else 0",
    ]);
  });
});

describe("the slider of a source", () => {
  test("ends where a probe saw the text fall apart, in a hundred steps, so that small weights can be set", () => {
    expect(sourceSliderOf(0.05, 0)).toEqual({ min: -0.05, max: 0.05, step: 0.0005 });
    expect(sourceSliderOf(1, 0.16)).toEqual({ min: -1, max: 1, step: 0.01 });
  });

  test("ends at about four times the starting weight until that is known", () => {
    expect([0.0098, 0.16, 0.05, 1.4, 0].map(provisionalEnd)).toEqual([0.05, 1, 0.2, 4, 4]);
  });

  test("has the whole range without such an end, and around a larger weight, which stays", () => {
    const whole = { min: -4, max: 4, step: 0.04 };
    for (const bounds of [sourceSliderOf(null, 0), sourceSliderOf(0.05, -1.5), sourceSliderOf(4, 0)]) {
      expect(bounds).toEqual(whole);
    }
  });
});
