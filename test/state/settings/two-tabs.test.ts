/** Two tabs of one page: each finds after a reload what it kept itself. */
import { describe, expect, test } from "vitest";
import { Mirrors } from "../../../src/state/hub/mirrors.ts";
import { Prefs } from "../../../src/state/settings/prefs.svelte.ts";
import { Settings } from "../../../src/state/settings/settings.svelte.ts";
import { tabStorage, type KeptText } from "../../../src/state/settings/tab-storage.ts";
import { MemoryStore } from "../sweep/memory-store.ts";
import { MemoryStorage } from "./memory-storage.ts";

const settingsIn = (storage: KeptText | null): Settings => new Settings(storage, () => 5);
const root = (): HTMLElement => ({ dataset: {} }) as unknown as HTMLElement;

describe("two tabs", () => {
  const open = () => {
    const shared = new MemoryStorage();
    return { shared, a: tabStorage(new MemoryStorage(), shared), b: tabStorage(new MemoryStorage(), shared) };
  };

  test("keep their prompts and sliders apart, over a reload of each", () => {
    const { a, b } = open();
    settingsIn(a).setPrompt("A fox in tab A");
    settingsIn(b).setWeight("joy", 0.3);
    settingsIn(b).update({ maxTokens: 33 });
    const [again, other] = [settingsIn(a).data, settingsIn(b).data];
    expect(again.prompts[again.kind]).toBe("A fox in tab A");
    expect(other.weights["joy"]).toBe(0.3);
    expect(other.maxTokens).toBe(33);
    expect(again.weights["joy"]).not.toBe(0.3);
  });

  test("look as each was made to look", () => {
    const { a, b } = open();
    const projector = new Prefs(a, root());
    const dark = new Prefs(b, root());
    projector.update({ isProjector: true });
    dark.update({ theme: "dark" });
    expect(new Prefs(a, root()).data).toMatchObject({ isProjector: true, theme: "auto" });
    expect(new Prefs(b, root()).data).toMatchObject({ isProjector: false, theme: "dark" });
  });

  test("a third one begins with what was written last", () => {
    const { shared, a, b } = open();
    settingsIn(a).setPrompt("first");
    settingsIn(b).setPrompt("second");
    const { data } = settingsIn(tabStorage(new MemoryStorage(), shared));
    expect(data.prompts[data.kind]).toBe("second");
  });

  test("a browser that forbids one of the two storages keeps what it can", () => {
    const only = new MemoryStorage();
    expect(tabStorage(null, only)).toBe(only);
    expect(tabStorage(only, null)).toBe(only);
    expect(tabStorage(null, null)).toBeNull();
  });

  test("add to one list of mirrors", () => {
    const { shared } = open();
    const [a, b] = [new Mirrors(shared), new Mirrors(shared)];
    const at = (mirror: string) => ({ kind: "hub", id: "x/y", mirror }) as const;
    expect(a.admit(at("https://one.example/"))).toBe(true);
    expect(b.admit(at("https://two.example/"))).toBe(true);
    expect(new Mirrors(shared).origins).toEqual(["https://one.example", "https://two.example"]);
  });

  test("never mix the results of their sweeps", async () => {
    const a = new MemoryStore();
    const b = new MemoryStore(a.database);
    const plan = (prompt: string) => ({ version: 1, prompts: [prompt], seeds: [1], waves: [[]] }) as never;
    const outcome = (text: string) => ({ models: [], lanes: [], samples: [{ text, tokens: [1] }] }) as never;
    await a.begin(plan("of A"));
    await a.put(0, outcome("A writes"));
    await b.begin(plan("of B"));
    await a.put(1, outcome("A goes on"));
    await b.put(0, outcome("B writes"));
    await a.extend(plan("of A, longer"));
    await a.clear();
    const saved = await new MemoryStore(a.database).load();
    expect(saved?.plan.prompts).toEqual(["of B"]);
    expect([...(saved?.outcomes ?? [])].map(([job, { samples }]) => [job, samples[0]?.text])).toEqual([
      [0, "B writes"],
    ]);
  });
});
