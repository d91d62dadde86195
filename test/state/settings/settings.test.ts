import { describe, expect, test } from "vitest";
import defaults from "../../../src/core/defaults.json" with { type: "json" };
import { parseRequest } from "../../../src/core/request.ts";
import { settingsFrom } from "../../../src/state/settings/from-request.ts";
import {
  defaultSettings,
  noWeights,
  parseSettings,
  type SettingsData,
} from "../../../src/state/settings/settings-data.ts";
import { isSameRequest } from "../../../src/state/run/same-request.ts";
import { Settings } from "../../../src/state/settings/settings.svelte.ts";
import { toRequest } from "../../../src/state/settings/to-request.ts";
import { MemoryStorage } from "./memory-storage.ts";

const settingsIn = (storage: Storage | null): Settings => new Settings(storage, () => 77);

describe("the request", () => {
  test("of the default settings passes the engine's own check", () => {
    const request = toRequest(defaultSettings());
    expect(parseRequest(request)).toEqual(request);
  });

  test("of every kind, strategy and truncation passes it too", () => {
    for (const kind of ["story", "advice"] as const) {
      for (const truncation of ["none", "top-k", "top-p", "min-p"] as const) {
        const base = defaultSettings();
        const lanes = (["base", "genarm", "vas", "bon", "soft-bon", "oracle-bon"] as const).map((strategy, i) => ({
          ...base.lanes[0]!,
          id: "abcdef"[i]!,
          strategy,
        }));
        const request = toRequest({ ...base, kind, truncation, lanes });
        expect(parseRequest(request)).toEqual(request);
      }
    }
  });

  test("leaves out zero weights and objectives of the other kind", () => {
    const settings: SettingsData = { ...defaultSettings(), weights: { ...noWeights(), joy: 1.5, helpful: 2 } };
    const strategy = toRequest(settings).lanes[1]?.strategy;
    expect(strategy).toEqual({ id: "genarm", beta: defaults.beta, weights: { joy: 1.5 } });
  });

  test("strength 0 is the base model: beta is infinite", () => {
    const strategy = toRequest({ ...defaultSettings(), strength: 0 }).lanes[1]?.strategy;
    expect(strategy).toMatchObject({ beta: Infinity });
  });

  test("a lane's own settings win over the rail", () => {
    const base = defaultSettings();
    const lanes = [{ ...base.lanes[2]!, strength: 4, k: 3, temperature: 0.5, weights: { ...noWeights(), detail: -1 } }];
    const [lane] = toRequest({ ...base, lanes }).lanes;
    expect(lane?.strategy).toEqual({ id: "vas", beta: 0.25, k: 3, weights: { detail: -1 } });
    expect(lane?.sampling.temperature).toBe(0.5);
  });

  test("becomes settings that make the same request again", () => {
    const base = defaultSettings();
    const lanes = [base.lanes[0]!, base.lanes[1]!, { ...base.lanes[1]!, id: "e", strength: 4 }, base.lanes[3]!];
    const request = toRequest({ ...base, lanes, weights: { ...noWeights(), joy: 1, detail: -0.5 }, seed: 5 });
    expect(toRequest(settingsFrom(request, defaultSettings()))).toEqual(request);
  });
});

test("requests are the same whatever the order of their keys, and differ by a single weight", () => {
  const request = toRequest(defaultSettings());
  const reordered = JSON.parse(
    JSON.stringify(request, Object.keys(flatKeys(request)).toSorted().toReversed()),
  ) as typeof request;
  expect(isSameRequest(request, { ...reordered, seed: 1 })).toBe(true);
  expect(isSameRequest(request, toRequest({ ...defaultSettings(), weights: { ...noWeights(), joy: 1 } }))).toBe(false);
  expect(isSameRequest(request, toRequest({ ...defaultSettings(), strength: 0 }))).toBe(false);
});

/** Every key at any depth, as JSON.stringify's list of keys to keep needs it. */
function flatKeys(value: unknown): Record<string, true> {
  if (typeof value !== "object" || value === null) return {};
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return Object.assign(
    Object.fromEntries(own.map((key) => [key, true])),
    ...Object.values(value).map(flatKeys),
  ) as Record<string, true>;
}

describe("saved settings", () => {
  test("survive a reload", () => {
    const storage = new MemoryStorage();
    const first = settingsIn(storage);
    first.setWeight("adventure", -1.2);
    first.setPrompt("Once <b>bold</b> \u0007");
    first.addLane();
    const second = settingsIn(storage);
    expect(second.data).toEqual(first.data);
    expect(first.isUntouched).toBe(false);
    expect(second.isUntouched).toBe(false);
    expect(second.wasBroken).toBe(false);
  });

  test.each([
    ["no JSON", "{"],
    ["another version", JSON.stringify({ ...defaultSettings(), version: 2 })],
    ["an unknown key", JSON.stringify({ ...defaultSettings(), extra: 1 })],
    ["a weight out of bounds", JSON.stringify({ ...defaultSettings(), weights: { ...noWeights(), joy: 99 } })],
    ["a number that is none", JSON.stringify({ ...defaultSettings(), seed: null })],
    ["no lane", JSON.stringify({ ...defaultSettings(), lanes: [] })],
    [
      "two lanes with one id",
      JSON.stringify({ ...defaultSettings(), lanes: Array(2).fill(defaultSettings().lanes[0]) }),
    ],
  ])("with %s are refused, and the defaults stand", (_, json) => {
    expect(parseSettings(json)).toBeNull();
    const storage = new MemoryStorage();
    storage.setItem("tiller.settings", json);
    const settings = settingsIn(storage);
    expect(settings.data).toEqual(defaultSettings());
    expect(settings.wasBroken).toBe(true);
  });

  test("are not needed: without storage everything works for the visit", () => {
    const settings = settingsIn(null);
    settings.rollSeed();
    expect(settings.data.seed).toBe(77);
  });
});

describe("lanes", () => {
  test("can be added up to six, duplicated beside their original, and removed down to one", () => {
    const settings = settingsIn(null);
    settings.updateLane("b", { strength: 3 });
    settings.duplicateLane("b");
    expect(settings.data.lanes.map((lane) => [lane.id, lane.strength])).toEqual([
      ["a", null],
      ["b", 3],
      ["e", 3],
      ["c", null],
      ["d", null],
    ]);
    settings.addLane();
    settings.addLane();
    expect(settings.data.lanes).toHaveLength(6);
    for (const id of ["a", "b", "c", "d", "e", "f"]) settings.removeLane(id);
    expect(settings.data.lanes).toHaveLength(1);
  });

  test("another prompt walks through all presets and comes back", () => {
    const settings = settingsIn(null);
    const seen = new Set<string>();
    while (!seen.has(settings.data.prompts.story)) {
      seen.add(settings.data.prompts.story);
      settings.anotherPrompt();
    }
    expect(settings.data.prompts.story).toBe(defaultSettings().prompts.story);
    expect(seen.size).toBeGreaterThan(4);
  });
});
