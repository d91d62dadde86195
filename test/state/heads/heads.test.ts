/** Heads on the page: kept over a reload, given to the worker before a run, refused in words, deleted with their sliders. */
import { describe, expect, it } from "vitest";
import { writeHead } from "../../../src/core/heads/head-file.ts";
import type { HeadCard } from "../../../src/core/heads/head-card.ts";
import { asSource } from "../../../src/state/heads/as-source.ts";
import { Playground } from "../../../src/state/playground.svelte.ts";
import { FakeApi, fakeLink, FAKE_REPORT } from "../fake-api.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { MemoryHeadStore } from "./memory-head-store.ts";

const POLICY = { fingerprint: "ab".repeat(32), hidden: 4, vocabulary: 8 };

const SIMPLE = { head: "simple", name: "Simple", isValue: false, start: 1, end: 2 } as const;

function headFile(name: string, policy = POLICY, more: Partial<HeadCard> = {}): unknown {
  const card: HeadCard = {
    id: name.toLowerCase(),
    name,
    policy,
    teacher: { kind: "contrast", model: "m", better: "Be kind.", worse: "Be rude." },
    sliderEnd: 2,
    explained: 0.5,
    training: { samples: 120, prompts: 60, seed: 1, command: "test" },
    metrics: {},
    ...more,
  };
  return writeHead(
    { card, head: { kind: "direction", hidden: 4, c: Float32Array.of(1, 2, 3, 4), unit: 1 } },
    "float16",
  );
}

function playgroundWith(more: Parameters<typeof fakeSurroundings>[0] = {}) {
  const api = new FakeApi({ stepMs: 0, loadMs: 0 });
  api.report = { ...FAKE_REPORT, heads: POLICY };
  const around = fakeSurroundings({ spawn: () => fakeLink(api), ...more });
  return { api, around, playground: new Playground(around) };
}

describe("heads that come with the page", () => {
  const list = [{ id: "simple", name: "Simple", file: "simple.json", policy: POLICY }];
  const readHeadFile = (file: string) => Promise.resolve(file === "index.json" ? list : headFile("Simple"));

  it("are listed, fetched when they are added, and start at one nat of spread", async () => {
    const { playground } = playgroundWith({ readHeadFile });
    const { heads, settings } = playground;
    await heads.find();
    expect(heads.shipped.map(({ name }) => name)).toEqual(["Simple"]);
    const entry = await heads.entry("simple");
    settings.update({ strength: 2 });
    const id = settings.addHead(asSource(entry!));
    expect(id).not.toBeNull();
    expect(settings.data.weights[id ?? "s9"]).toBe(0.3);
    expect(settings.data.ends[id ?? "s9"]).toBe(1);
    expect(settings.addHead(asSource(entry!))).toBe(id);
  });

  it("reach the worker before a run, once, and again after other models came", async () => {
    const { playground, api } = playgroundWith({ readHeadFile });
    const { settings, heads } = playground;
    await heads.find();
    settings.addHead(SIMPLE);
    await playground.start();
    await playground.start();
    expect(api.heads.map((files) => files.length)).toEqual([1]);
    playground.models.forget();
    await playground.start();
    expect(api.heads.map((files) => files.length)).toEqual([1, 1]);
    settings.update({ sources: [], weights: { ...settings.data.weights, s1: 0 } });
    await heads.ready();
    expect(api.heads.at(-1)).toEqual([]);
  });

  it("give way to a contrast of the same instructions on another policy, which keeps the slider", async () => {
    const { playground, api } = playgroundWith({ readHeadFile });
    const { settings, heads } = playground;
    api.report = { ...FAKE_REPORT, heads: { ...POLICY, fingerprint: "cd".repeat(32) } };
    await heads.find();
    const id = settings.addHead(SIMPLE);
    await playground.start();
    expect(heads.fits(list[0]!)).toBe(false);
    expect(api.heads).toEqual([]);
    const [spec] = settings.data.sources;
    expect(spec).toMatchObject({ id, name: "Simple", type: "contrastive", better: "Be kind.", worse: "Be rude." });
    expect(settings.data.weights[id ?? "s9"]).toBeGreaterThan(0);
  });

  it("steer too where they belong to a model beside the policy", async () => {
    const { playground, api } = playgroundWith({ readHeadFile });
    const { settings, heads } = playground;
    api.report = { ...FAKE_REPORT, heads: { ...POLICY, hidden: 2 * POLICY.hidden }, siblingHeads: [POLICY] };
    await heads.find();
    settings.addHead(SIMPLE);
    await playground.start();
    expect([heads.fits(list[0]!), heads.canSteer(list[0]!)]).toEqual([false, true]);
    expect(api.heads.map((files) => files.length)).toEqual([1]);
    expect(settings.data.sources).toMatchObject([{ type: "head", head: "simple" }]);
  });

  it.each([
    ["no list", null],
    ["a list of something else", [{ id: "../x", name: 3 }]],
  ])("may be missing: %s", async (_, found) => {
    const { playground } = playgroundWith({ readHeadFile: () => Promise.resolve(found) });
    await playground.heads.find();
    expect(playground.heads.shipped).toEqual([]);
    expect(playground.heads.trouble).toBeNull();
  });
});

describe("the visitor's own heads", () => {
  it("survive a reload, under names that do not clash", async () => {
    const headStore = new MemoryHeadStore();
    const { playground } = playgroundWith({ headStore });
    await playground.heads.keep(headFile("Kind"), { trial: null, lesson: null });
    const second = await playground.heads.keep(headFile("Kind"), { trial: null, lesson: null });
    expect(second.card.id).toBe("kind-2");
    headStore.kept.set("broken", { file: { version: 9 }, trial: null, lesson: null, savedAt: 0 });
    const { playground: later } = playgroundWith({ headStore });
    await later.heads.find();
    expect(later.heads.own.map(({ card }) => card.id).toSorted()).toEqual(["kind", "kind-2"]);
  });

  it("take their sliders with them when they are deleted", async () => {
    const headStore = new MemoryHeadStore();
    const { playground } = playgroundWith({ headStore });
    const entry = await playground.heads.keep(headFile("Kind"), { trial: null, lesson: null });
    playground.settings.addHead({ ...SIMPLE, head: "kind", name: "Kind" });
    await playground.heads.remove(entry);
    expect(playground.settings.data.sources.filter(({ type }) => type === "head")).toEqual([]);
    expect(headStore.kept.size).toBe(0);
  });

  it("stay for this visit where the storage is full, and the page says so", async () => {
    const headStore = new MemoryHeadStore();
    headStore.isFull = true;
    const { playground } = playgroundWith({ headStore });
    await playground.heads.keep(headFile("Kind"), { trial: null, lesson: null });
    expect(playground.heads.own).toHaveLength(1);
    expect(playground.heads.trouble?.message).toMatch(/quota/);
  });

  it("come back from the file that was exported, and no other file is taken", async () => {
    const saved: { name: string; content: string | Blob }[] = [];
    const { playground } = playgroundWith({ saveFile: (name, content) => void saved.push({ name, content }) });
    const { heads } = playground;
    heads.exportFile(await heads.keep(headFile("Kind"), { trial: null, lesson: null }));
    expect(saved[0]?.name).toBe("kind.head.json");
    const again = await heads.importFile(new File([saved[0]?.content ?? ""], "kind.head.json"));
    expect(again?.card.id).toBe("kind-2");
    expect(await heads.importFile(new File(["{"], "notes.json"))).toBeNull();
    expect(heads.trouble?.message).toMatch(/notes\.json” is no reward head: it is no JSON/);
    expect(await heads.importFile(new File(['{"version":1,"secret":2}'], "x.json"))).toBeNull();
    expect(heads.trouble?.message).toMatch(/has no setting "secret"/);
  });
});
