/** What a class link does to the page's state, alone and with a lesson. */
import { describe, expect, test } from "vitest";
import { Playground } from "../../../src/state/playground.svelte.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { MemoryStorage } from "../settings/memory-storage.ts";

const SERVED = {
  version: 1,
  models: ["one", "two"].map((id) => ({ id, name: id, licence: "MIT", files: [{ path: "a.gguf", bytes: 5 }] })),
};

function open(search: string, more: Parameters<typeof fakeSurroundings>[0] = {}) {
  const root = { dataset: {} } as HTMLElement;
  const storage = new MemoryStorage();
  const playground = new Playground(fakeSurroundings({ search, root, storage, ...more }));
  return { playground, root, storage };
}

describe("what is left out", () => {
  test("is what the link says, also in a lesson, and comes back on request", () => {
    const { playground, root } = open("?hide=seed,reset");
    const { classroom } = playground;
    expect(root.dataset["hide"]).toBe("seed reset");
    classroom.showLesson({ hidden: ["world", "seed"], lit: "prompt" });
    expect(root.dataset).toMatchObject({ hide: "seed reset", lit: "prompt" });
    classroom.showAll(true);
    expect(root.dataset["hide"]).toBe("");
    classroom.showAll(false);
    expect(root.dataset["hide"]).toBe("seed reset");
  });

  test("is the lesson's where the link says nothing of it", () => {
    const { playground, root } = open("?seed=3");
    playground.classroom.showLesson({ hidden: ["world"], lit: null });
    expect(root.dataset["hide"]).toBe("world");
  });

  test("is nothing where the link is broken", () => {
    const { playground, root } = open("?hide=seed,errors&seed=5");
    expect(root.dataset["hide"]).toBe("");
    expect(playground.settings.heldSeed).toBeNull();
    expect(playground.classroom.isOn).toBe(false);
  });
});

test("the seed stays, whatever the visitor or a recording does", () => {
  const { settings } = open("?seed=77").playground;
  const seeds = [
    () => settings.rollSeed(),
    () => settings.update({ seed: 5, seedLocked: false }),
    () => settings.reset(),
    () => void settings.visit({ ...settings.data, seed: 9 }),
    () => settings.enter("chat"),
  ].map((act) => {
    act();
    return [settings.data.seed, settings.data.seedLocked, settings.request.seed];
  });
  expect(seeds).toEqual(Array.from({ length: 5 }, () => [77, true, 77]));
});

test("the projector look is for this visit", () => {
  const { playground, root, storage } = open("?look=projector");
  expect(playground.prefs.data.isProjector).toBe(true);
  expect(root.dataset["projector"]).toBe("true");
  expect(storage.getItem("tiller.prefs")).toBeNull();
});

describe("models", () => {
  const readServed = () => Promise.resolve(SERVED);

  test("the one that the link names goes first, if the server carries it", async () => {
    const { hub } = open("?model=two", { readServed, world: "chat" }).playground;
    await hub.served.find();
    expect(hub.first.facts.name).toBe("two");
    const other = open("?model=three", { readServed, world: "chat" }).playground;
    await other.hub.served.find();
    expect(other.hub.first.facts.name).toBe("one");
  });

  test.each([
    ["?load=now", SERVED, false, "loading"],
    ["?load=now", SERVED, true, "absent"],
    ["?load=now", null, false, "absent"],
    ["?load=click", SERVED, false, "absent"],
    ["", SERVED, false, "absent"],
  ])("of the chat world with %j", async (search, served, savesData, status) => {
    const more = { readServed: () => Promise.resolve(served), savesData, world: "chat" as const };
    const { playground } = open(search, more);
    await playground.arrive();
    const { state } = playground.models;
    expect(state.status === "absent" ? "absent" : "loading").toBe(status);
  });

  test.each([
    ["", true],
    ["?load=now", true],
    ["?load=click", false],
  ])("of the laboratory with %j", async (search, comes) => {
    const { playground } = open(search);
    await playground.arrive();
    expect(playground.models.state.status !== "absent").toBe(comes);
  });
});
