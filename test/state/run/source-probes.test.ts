/** A new source finds its weight by itself, until the visitor sets one. */
import { expect, test } from "vitest";
import { Playground } from "../../../src/state/playground.svelte.ts";
import { sourceSliderOf } from "../../../src/state/settings/settings-data.ts";
import { FakeApi, fakeLink } from "../fake-api.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { MemoryStorage } from "../settings/memory-storage.ts";

const ASKABLE = { readers: ["policy"], classifiers: [] };

function page() {
  const api = new FakeApi({ stepMs: 0, loadMs: 0 });
  const playground = new Playground(fakeSurroundings({ spawn: () => fakeLink(api) }));
  return { api, playground, settings: playground.settings };
}

test("it waits for the models, and is probed before the first run", async () => {
  const { api, playground, settings } = page();
  const id = settings.addSource("contrastive", ASKABLE)!;
  await playground.probes.look();
  expect(api.probes).toEqual([]);
  await playground.start();
  expect(api.probes).toEqual([id]);
  expect(settings.data.weights[id]).toBe(0.07);
  expect(playground.probes.notes[id]).toMatchObject({ type: "found", cost: { nats: 3, tokens: 40 } });
});

test("it is probed as it is added where the models are ready, and again when its texts change", async () => {
  const { api, playground, settings } = page();
  await playground.models.load();
  const id = settings.addSource("contrastive", ASKABLE)!;
  await playground.probes.look();
  expect(settings.data.weights[id]).toBe(0.07);
  api.probed = { weight: 0.4321, nats: 3, tokens: 40 };
  const spec = settings.data.sources[0]!;
  if (spec.type !== "contrastive") throw new Error(spec.type);
  settings.updateSource({ ...spec, better: "Be cheerful." });
  await playground.probes.look();
  expect(settings.data.weights[id]).toBe(0.43);
  expect(api.probes).toEqual([id, id]);
});

test("a weight that the visitor set stays", async () => {
  const { api, playground, settings } = page();
  await playground.models.load();
  const id = settings.addSource("contrastive", ASKABLE)!;
  settings.setWeight(id, 0.5);
  await playground.probes.look();
  expect(settings.data.weights[id]).toBe(0.5);
  const before = api.probes.length;
  const spec = settings.data.sources[0]!;
  settings.updateSource({ ...spec, name: "Mine" });
  await playground.probes.look();
  expect(api.probes).toHaveLength(before);
});

test("a source that only ranks texts is not probed and starts at 1", async () => {
  const { api, playground, settings } = page();
  await playground.models.load();
  const id = settings.addSource("rule", ASKABLE)!;
  await playground.probes.look();
  expect(api.probes).toEqual([]);
  expect(settings.data.weights[id]).toBe(1);
});

test("a probe that fails leaves a small weight and says so", async () => {
  const { api, playground, settings } = page();
  await playground.models.load();
  api.probed = null;
  const id = settings.addSource("contrastive", ASKABLE)!;
  await playground.probes.look();
  expect(settings.data.weights[id]).toBe(0.1);
  expect(playground.probes.notes[id]).toEqual({ type: "failed" });
});

test("its slider ends at first where about four times the start lies, then where the text falls apart", async () => {
  const { api, playground, settings } = page();
  await playground.models.load();
  api.probedEnd = { weight: 0.3456, isBroken: true };
  const id = settings.addSource("contrastive", ASKABLE)!;
  await playground.probes.look();
  expect(api.ends).toEqual([[id, 0.07]]);
  expect(settings.data.ends[id]).toBe(0.35);
  expect(playground.probes.notes[id]).toMatchObject({ type: "found", end: { weight: 0.3456, isBroken: true } });
  // Once is enough, until its texts change.
  await playground.probes.look();
  expect(api.ends).toHaveLength(1);
  const spec = settings.data.sources[0]!;
  if (spec.type !== "contrastive") throw new Error(spec.type);
  settings.updateSource({ ...spec, name: "Mine" });
  expect(settings.data.ends[id]).toBe(0.35);
  settings.updateSource({ ...spec, better: "Be cheerful." });
  expect(settings.data.ends[id]).toBeUndefined();
  await playground.probes.look();
  expect(api.ends).toHaveLength(2);
});

test("a weight beyond the end that was found stays, and the slider reaches as far as any", async () => {
  const { playground, settings } = page();
  await playground.models.load();
  const id = settings.addSource("contrastive", ASKABLE)!;
  await playground.probes.look();
  settings.setWeight(id, 1.5);
  expect(settings.data.weights[id]).toBe(1.5);
  expect(sourceSliderOf(settings.data.ends[id]!, 1.5).max).toBe(4);
  expect(sourceSliderOf(settings.data.ends[id]!, 0.4).max).toBe(0.5);
});

test("an end that could not be told leaves the first one; what is known outlives a reload and goes with its source", async () => {
  const storage = new MemoryStorage();
  const api = new FakeApi({ stepMs: 0, loadMs: 0 });
  const playground = new Playground(fakeSurroundings({ spawn: () => fakeLink(api), storage }));
  const { settings } = playground;
  await playground.models.load();
  api.probedEnd = null;
  const id = settings.addSource("contrastive", ASKABLE)!;
  await playground.probes.look();
  expect(settings.data.ends[id]).toBe(0.5);
  expect(playground.probes.notes[id]).toMatchObject({ type: "found", end: null });
  const again = new Playground(fakeSurroundings({ spawn: () => fakeLink(api), storage }));
  expect(again.settings.data.ends).toEqual({ [id]: 0.5 });
  again.settings.removeSource(id);
  expect(again.settings.data.ends).toEqual({});
});

test("a source never inherits the end of one that had its id before", () => {
  const { settings } = page();
  settings.update({ ends: { s1: 0.2, s2: 0.3 } });
  expect(settings.addSource("contrastive", ASKABLE)).toBe("s1");
  expect(settings.data.ends).toEqual({ s2: 0.3 });
  expect(settings.addContrast({ name: "Kind", better: "kind", worse: "rude", weight: 1 })).toBe("s2");
  expect(settings.data.ends).toEqual({});
});

test("an end that gave way to a run is looked for again after it", async () => {
  const { api, playground, settings } = page();
  await playground.models.load();
  api.probeEnd = async () =>
    playground.run.view.phase === "finished"
      ? { ok: true, value: { weight: 0.35, isBroken: true } }
      : { ok: false, error: { code: "aborted", message: "", details: {} } };
  const id = settings.addSource("contrastive", ASKABLE)!;
  await playground.probes.look();
  expect(settings.data.ends[id]).toBe(0.5);
  expect(playground.probes.notes[id]).toMatchObject({ type: "found", end: "probing" });
  await playground.start();
  await expect.poll(() => settings.data.ends[id]).toBe(0.35);
  expect(playground.probes.notes[id]).toMatchObject({ type: "found", end: { weight: 0.35 } });
});
