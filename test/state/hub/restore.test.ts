/** A reload brings the chosen models back from what is kept here, with their settings; what is gone gives way. */
import { expect, test } from "vitest";
import { RunError } from "../../../src/core/errors.ts";
import { FirstModel } from "../../../src/state/hub/first-model.svelte.ts";
import { Served } from "../../../src/state/hub/served.svelte.ts";
import { defaultsOf, FIRST_HEADS } from "../../../src/state/settings/worlds.ts";
import { settingsForLineup } from "../../../src/state/hub/lineup-settings.ts";
import { Playground } from "../../../src/state/playground.svelte.ts";
import presets from "../../../src/state/settings/presets.json" with { type: "json" };
import { defaultSettings } from "../../../src/state/settings/settings-data.ts";
import type { KeptModels, LoadOptions, ModelAddress, ModelWish } from "../../../workers/protocol.ts";
import { FakeApi, fakeLink } from "../fake-api.ts";
import { FakeHub } from "../fake-hub.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { MemoryStorage } from "../settings/memory-storage.ts";

const BASE = "http://127.0.0.1/served/";
const MIRROR = "https://models.example.org/hub/";
const SERVED: ModelWish = { address: { kind: "served", id: "tiny", base: BASE }, dtype: null };
const FOLDER: ModelAddress = { kind: "folder", id: "mine", files: [] };
const READERS = { readers: ["policy"], classifiers: [] };

interface Visit {
  readonly playground: Playground;
  readonly hub: FakeHub;
  readonly loads: LoadOptions[];
  /** Ends every load from now on as a cancel does. */
  readonly cancels: { all: boolean };
}

/** @param kept given for a visitor who comes back, to the world that was open last */
function visit(storage: MemoryStorage, kept: KeptModels["models"] | null = null): Visit {
  const hub = new FakeHub();
  hub.kept = kept ?? [];
  const world = kept === null ? "laboratory" : null;
  const loads: LoadOptions[] = [];
  const cancels = { all: false };
  class Watched extends FakeApi {
    override load(options: LoadOptions, onProgress: Parameters<FakeApi["load"]>[1]) {
      loads.push(options);
      if (cancels.all) return Promise.reject(new RunError("aborted", "Loading was cancelled."));
      return super.load(options, onProgress);
    }
  }
  const spawn = () => fakeLink(new Watched({ stepMs: 0, loadMs: 0 }), hub);
  return {
    playground: new Playground(fakeSurroundings({ spawn, storage, sharedStorage: storage, world })),
    hub,
    loads,
    cancels,
  };
}

const keptAt = (id: string, mirror: string | null) => ({ id, mirror, dtype: "q4", bytes: 1, licence: null }) as const;

test.each<[string, ModelWish, KeptModels["models"][number]]>([
  ["this server", SERVED, keptAt("tiny", BASE)],
  ["the Hub", { address: { kind: "hub", id: "a/b", mirror: null }, dtype: "q4" }, keptAt("a/b", null)],
  ["a mirror", { address: { kind: "hub", id: "a/b", mirror: MIRROR }, dtype: null }, keptAt("a/b", MIRROR)],
])("a model of %s comes back with its sources, and no other machine is asked", async (_, wish, kept) => {
  const storage = new MemoryStorage();
  const first = visit(storage);
  expect(await first.playground.hub.useAlone(wish)).toBe(true);
  first.playground.settings.addSource("contrastive", READERS);
  first.playground.settings.setPrompt("Why is the sky blue?");

  const { playground, hub, loads } = visit(storage, [kept]);
  await playground.arrive();
  await expect.poll(() => playground.models.state.status).toBe("ready");
  expect(loads.map(({ lineup }) => lineup)).toEqual([[wish]]);
  expect(playground.hub.inUse).toEqual([wish]);
  // The rewards that the chat world begins with, and the visitor's own.
  expect(playground.settings.data.sources).toHaveLength(FIRST_HEADS.length + 1);
  expect(playground.settings.data.prompts.advice).toBe("Why is the sky blue?");
  expect(playground.run.source).toBe("none");
  expect(hub.asked).toEqual([]);
  // The way back leads to what the bundled models were set to.
  await playground.hub.useBundled();
  expect(playground.settings.data).toEqual(defaultSettings());
  const third = visit(storage, [kept]);
  await third.playground.arrive();
  await expect.poll(() => third.playground.models.state.status).toBe("ready");
  expect(third.loads[0]).not.toHaveProperty("lineup");
});

test("a model that is no longer kept is offered again, and nothing is fetched unasked", async () => {
  const storage = new MemoryStorage();
  const first = visit(storage);
  await first.playground.hub.useAlone(SERVED);
  const { playground, loads } = visit(storage, [keptAt("tiny", null)]);
  await playground.arrive();
  expect(loads).toEqual([]);
  expect(playground.settings.world).toBe("chat");
  expect(playground.hub.inUse).toEqual([SERVED]);
  expect(playground.hub.isFirstKept).toBe(false);
});

test("a folder needs the visitor again, so the model before it is offered", async () => {
  const storage = new MemoryStorage();
  const first = visit(storage);
  await first.playground.hub.useAlone(SERVED);
  await first.playground.hub.useAlone({ address: FOLDER, dtype: null });
  const { playground } = visit(storage, []);
  await playground.arrive();
  expect(playground.hub.inUse).toEqual([SERVED]);
});

test("a model takes the stage: no text of others, its own prompt and presets", async () => {
  const { playground } = visit(new MemoryStorage());
  await playground.arrive();
  expect(playground.run.source).toBe("recorded");
  await playground.hub.useAlone(SERVED);
  expect(playground.run).toMatchObject({ source: "none", laneIds: [] });
  expect(playground.lanes.map(({ view }) => view)).toEqual([null, null, null]);
  const { settings } = playground;
  expect(settings.world).toBe("chat");
  expect(settings.data.prompts.advice).toBe(presets.chat[0]);
  expect(settings.data).toMatchObject({ temperature: 0.7, plausible: 0.1, maxTokens: 120 });
  expect(defaultsOf("chat").prompts.advice).toBe(presets.chat[0]);
  settings.anotherPrompt();
  expect(settings.data.prompts.advice).toBe(presets.chat[1]);
  await playground.hub.useBundled();
  settings.anotherPrompt();
  expect(presets[settings.data.kind]).toContain(settings.data.prompts[settings.data.kind]);
});

test("a prompt that the visitor wrote stays, also for a model that only goes on from it", () => {
  const data = defaultSettings();
  const written = { ...data, prompts: { ...data.prompts, advice: "Why me?" } };
  expect(settingsForLineup(written, "base", [], 512).prompts.advice).toBe("Why me?");
  expect(settingsForLineup(data, "base", [], 512).prompts.advice).toBe(presets.base[0]);
  const chat = { ...data, prompts: { ...data.prompts, advice: presets.chat[3] ?? "" } };
  expect(settingsForLineup(chat, "chat", [], 512).prompts.advice).toBe(presets.chat[3]);
});

test("a load that is cancelled leaves the wish for the models that were there", async () => {
  const { playground, loads, cancels } = visit(new MemoryStorage());
  await playground.models.load();
  cancels.all = true;
  expect(await playground.hub.useAlone(SERVED)).toBe(false);
  cancels.all = false;
  expect(playground.hub.inUse).toEqual([]);
  expect(await playground.models.load()).toBe(true);
  expect(loads.at(-1)).not.toHaveProperty("lineup");
});

const first = (storage: MemoryStorage): FirstModel => new FirstModel(new Served(BASE, async () => null), storage);

test.each([
  "null",
  "{",
  "[]",
  "{}",
  JSON.stringify([{ address: { kind: "hub", id: "../a", mirror: null }, dtype: null }]),
  JSON.stringify([{ address: { kind: "served", id: "a", base: "javascript:x" }, dtype: null }]),
  JSON.stringify([{ address: { kind: "hub", id: "a/b", mirror: null }, dtype: "q2" }]),
])("what another hand wrote into the storage brings nothing back (%#)", (text) => {
  const storage = new MemoryStorage();
  storage.setItem("tiller.chat-models", text);
  expect(first(storage).wasChosen).toBe(false);
});

test("what was chosen is read again", () => {
  const storage = new MemoryStorage();
  first(storage).remember([SERVED]);
  expect(first(storage).wishes).toEqual([SERVED]);
});
