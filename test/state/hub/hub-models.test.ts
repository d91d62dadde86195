/** The picker's state: nothing is asked before a click, roles, progress, cancel, mirrors, and loading what is chosen. */
import { expect, test } from "vitest";
import { CURATED, CURATED_AS_OF, memoryOf } from "../../../src/state/hub/curated.ts";
import { settingsForLineup } from "../../../src/state/hub/lineup-settings.ts";
import { Playground } from "../../../src/state/playground.svelte.ts";
import { CONTRASTS } from "../../../src/state/settings/worlds.ts";
import { defaultSettings, newLane, noWeights } from "../../../src/state/settings/settings-data.ts";
import type { LoadOptions, ModelAddress, ModelWish } from "../../../workers/protocol.ts";
import { FakeApi, fakeLink } from "../fake-api.ts";
import { FakeHub } from "../fake-hub.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { MemoryStorage } from "../settings/memory-storage.ts";

const at = (id: string, mirror: string | null = null): ModelAddress => ({ kind: "hub", id, mirror });
const wish = (id: string, mirror: string | null = null): ModelWish => ({ address: at(id, mirror), dtype: null });

interface Bench {
  readonly playground: Playground;
  readonly hub: FakeHub;
  readonly loads: LoadOptions[];
  readonly apis: FakeApi[];
  readonly spawned: (readonly string[])[];
}

function bench(storage = new MemoryStorage()): Bench {
  const hub = new FakeHub();
  const loads: LoadOptions[] = [];
  const apis: FakeApi[] = [];
  const spawned: (readonly string[])[] = [];
  class Watched extends FakeApi {
    override load(options: LoadOptions, onProgress: Parameters<FakeApi["load"]>[1]) {
      loads.push(options);
      return super.load(options, onProgress);
    }
  }
  const spawn = (mirrors: readonly string[]) => {
    spawned.push(mirrors);
    const api = new Watched({ stepMs: 0, loadMs: 0 });
    apis.push(api);
    return fakeLink(api, hub);
  };
  return {
    playground: new Playground(fakeSurroundings({ spawn, storage, sharedStorage: storage })),
    hub,
    loads,
    apis,
    spawned,
  };
}

test("looking at what is kept asks no other machine", async () => {
  const { playground, hub } = bench();
  await playground.hub.look();
  expect(playground.hub.kept).toMatchObject({ models: [], freeBytes: 4e9 });
  expect(hub.asked).toEqual([]);
});

test("a look-up shows forms, one that fails its sentence", async () => {
  const { hub } = bench().playground;
  await hub.lookUp(at("test/small"));
  expect(hub.found?.report).toMatchObject({ licence: "apache-2.0", forms: [{ dtype: "q4" }, { dtype: "q4f16" }] });
  await hub.lookUp(at("test/none"));
  expect(hub.found).toBeNull();
  expect(hub.error?.message).toBe("The Hub has no model test/none.");
});

test("a prepared model is kept without being loaded; a cancel is no failure", async () => {
  const { playground, hub, loads } = bench();
  await playground.hub.prepare(wish("test/small"));
  expect(playground.hub.kept?.models).toMatchObject([{ id: "test/small", dtype: "q4" }]);
  hub.gate = new Promise(() => undefined);
  const running = playground.hub.prepare({ ...wish("test/small"), dtype: "q4f16" });
  await expect.poll(() => playground.hub.download).toMatchObject({ loadedBytes: 32.5e6, totalBytes: 130e6 });
  await playground.hub.cancel();
  await running;
  expect(playground.hub).toMatchObject({ error: null, download: null, isBusy: false });
  await playground.hub.forget("test/small", null, "q4");
  expect(playground.hub.kept?.models).toEqual([]);
  expect(loads).toEqual([]);
});

test("roles: one policy, each reward once, none without a policy", () => {
  const { hub } = bench().playground;
  hub.addReward(wish("a/reward"));
  expect(hub.chosen).toEqual([]);
  hub.choosePolicy(wish("a/policy"));
  hub.addReward(wish("a/reward"));
  hub.addReward(wish("a/reward"));
  hub.addReward(wish("a/policy"));
  expect(hub.chosen.map(({ address }) => address.id)).toEqual(["a/policy", "a/reward"]);
  hub.choosePolicy(wish("a/reward"));
  expect(hub.chosen.map(({ address }) => address.id)).toEqual(["a/reward"]);
  hub.drop(wish("a/reward"));
  expect(hub.chosen).toEqual([]);
});

test("what is chosen loads in place of the bundled models, and back", async () => {
  const { playground, loads } = bench();
  await playground.models.load();
  playground.hub.choosePolicy(wish("test/small"));
  expect(await playground.hub.use()).toBe(true);
  expect(loads.map(({ lineup }) => lineup?.map(({ address }) => address.id))).toEqual([undefined, ["test/small"]]);
  // What only the bundled models can do goes, and comes back with them.
  const { settings } = playground;
  expect(settings.data.lanes.map(({ strategy }) => strategy)).toEqual(["base", "genarm", "bon"]);
  // This model takes no heads: the contrast of the same name stands in for the one that steered.
  await expect.poll(() => settings.data.sources[0]).toMatchObject({ id: "s1", name: "Simple", type: "contrastive" });
  expect(settings.data.weights).toEqual({ ...noWeights(), s1: CONTRASTS[0]?.weight, s2: 0, s3: 0, s4: 0 });
  await playground.hub.useBundled();
  expect(loads.at(-1)).not.toHaveProperty("lineup");
  expect(playground.hub.inUse).toEqual([]);
  expect(settings.data).toEqual(defaultSettings());
});

test("a model that rewards is unloaded with its terms, which are told; the one that writes brings the bundled back", async () => {
  const { playground, apis, loads } = bench();
  const { hub, settings } = playground;
  hub.choosePolicy(wish("test/small"));
  hub.addReward(wish("test/sibling"));
  hub.addReward(wish("test/judge"));
  await hub.use();
  for (const { id } of settings.data.sources) settings.removeSource(id);
  settings.addSource("average-logprob", { readers: ["policy"], classifiers: [] });
  settings.addSource("sibling", { readers: ["policy", "test/sibling"], classifiers: [] });
  expect(settings.data.sources.map(({ id }) => id)).toEqual(["s1", "s2"]);
  await hub.unload(wish("test/sibling"));
  expect(apis.at(-1)?.unloaded).toEqual(["test/sibling"]);
  expect(hub.inUse.map(({ address }) => address.id)).toEqual(["test/small", "test/judge"]);
  expect(hub.chosen).toEqual(hub.inUse);
  expect(settings.data.sources.map(({ id }) => id)).toEqual(["s1"]);
  expect(settings.data.weights).not.toHaveProperty("s2");
  expect(hub.turnover).toEqual({ unloaded: "test/sibling", terms: ["Sibling"], isBackToBundled: false });
  expect(playground.models.memory).not.toBeNull();
  expect(loads).toHaveLength(1);
  // A worker that starts again loads what is left.
  await playground.models.loadOn("wasm");
  expect(loads.at(-1)?.lineup?.map(({ address }) => address.id)).toEqual(["test/small", "test/judge"]);

  await hub.unload(wish("test/small"));
  expect(loads.at(-1)).not.toHaveProperty("lineup");
  expect(hub).toMatchObject({ inUse: [], chosen: [] });
  expect(hub.turnover).toEqual({ unloaded: null, terms: ["Average log p"], isBackToBundled: true });
});

test("a model that cannot be unloaded stays, with the reason", async () => {
  const { playground, apis } = bench();
  playground.hub.choosePolicy(wish("test/small"));
  playground.hub.addReward(wish("test/sibling"));
  await playground.hub.use();
  const api = apis.at(-1);
  if (api === undefined) throw new Error("no worker was started");
  const error = { code: "invalid-request", message: "test/sibling is in use.", details: {} } as const;
  api.unload = () => Promise.resolve({ ok: false, error });
  await playground.hub.unload(wish("test/sibling"));
  expect(playground.hub).toMatchObject({ error, turnover: null });
  expect(playground.hub.inUse).toHaveLength(2);
});

test("a mirror is admitted when it is named, in a fresh worker, and remembered", async () => {
  const storage = new MemoryStorage();
  const { playground, spawned } = bench(storage);
  await playground.hub.look();
  await playground.hub.lookUp(at("test/small", "https://models.example.org/hub/"));
  expect(spawned).toEqual([[], ["https://models.example.org"]]);
  const next = bench(storage);
  await next.playground.hub.look();
  expect(next.spawned).toEqual([["https://models.example.org"]]);
});

test("the table is dated, and says only what is known", () => {
  expect(CURATED_AS_OF).toMatch(/^\d{4}-\d\d-\d\d$/);
  const [first] = CURATED;
  if (first === undefined) throw new Error("the table is empty");
  expect(memoryOf(first, "q4", "wasm")).toBeGreaterThan(600e6);
  for (const model of CURATED) {
    expect(model.sizes.size).toBeGreaterThan(0);
    if (model.base !== null) expect(CURATED.map(({ id }) => id)).toContain(model.base);
    for (const [dtype, bytes] of model.sizes) expect(memoryOf(model, dtype, "webgpu") === null).toBe(bytes === null);
  }
});

test("sources stay where their models are loaded, and lanes where something is left to weigh", () => {
  const rule = { id: "s1", name: "Short", type: "rule", rule: { type: "length", words: 40 } } as const;
  const sibling = { id: "s2", name: "Joy", type: "sibling", model: "arm-joy" } as const;
  const data = {
    ...defaultSettings(),
    sources: [rule, sibling],
    weights: { ...noWeights(), joy: 2, s1: 1, s2: 1 },
    lanes: [newLane("a", "vas"), newLane("b", "bon"), newLane("c", "oracle-bon")],
  };
  const fitted = settingsForLineup(data, "chat", ["test/small"], 256);
  expect(fitted).toMatchObject({ kind: "advice", sources: [rule], weights: { ...noWeights(), s1: 1 } });
  // Half of a short context is the prompt's; a long one changes nothing.
  expect(fitted.maxTokens).toBe(128);
  expect(settingsForLineup(data, "chat", [], 8192).maxTokens).toBe(data.maxTokens);
  expect(fitted.lanes.map(({ strategy }) => strategy)).toEqual(["bon"]);
  expect(settingsForLineup(data, "chat", ["arm-joy"], 256).sources).toEqual([rule, sibling]);
});
