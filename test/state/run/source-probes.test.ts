/** A new source finds its weight by itself, until the visitor sets one. */
import { expect, test } from "vitest";
import { Playground } from "../../../src/state/playground.svelte.ts";
import { FakeApi, fakeLink } from "../fake-api.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";

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
