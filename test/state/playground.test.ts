import { describe, expect, test } from "vitest";
import { Playground } from "../../src/state/playground.svelte.ts";
import { writeLink } from "../../src/state/keep/link.ts";
import { defaultSettings, noWeights } from "../../src/state/settings/settings-data.ts";
import { shownSample } from "../../src/state/run/view.ts";
import { fakeSurroundings } from "./fake-surroundings.ts";
import { MemoryStorage } from "./settings/memory-storage.ts";
import { turns } from "../turns.ts";

describe("on arrival", () => {
  test("the first recording plays, and its settings are the rail's", async () => {
    const playground = new Playground(fakeSurroundings());
    await playground.arrive();
    expect(playground.run.source).toBe("recorded");
    expect(playground.run.view.phase).toBe("finished");
    expect(playground.isStale).toBe(false);
    expect(playground.lanes.every((lane) => lane.settings !== null && lane.view !== null)).toBe(true);
  });

  test("what the visitor typed before the recording came is kept", async () => {
    const playground = new Playground(fakeSurroundings());
    const arrived = playground.arrive();
    playground.settings.setPrompt("A goose");
    await arrived;
    expect(playground.settings.data.prompts.story).toBe("A goose");
    expect(playground.isStale).toBe(true);
    expect(playground.lanes.every((lane) => lane.settings === null)).toBe(true);
  });

  test("a run that was started meanwhile is not replaced by the recording", async () => {
    const playground = new Playground(fakeSurroundings());
    const arrived = playground.arrive();
    const started = playground.start(true);
    await arrived;
    await expect.poll(() => playground.run.source).toBe("live");
    await turns();
    expect(playground.run.source).toBe("live");
    await playground.stop();
    await started;
  });

  test("models are fetched unasked, but not for a visitor who saves data", async () => {
    const free = fakeSurroundings();
    await new Playground(free).arrive();
    expect(free.spawned()).toBe(1);
    const saving = fakeSurroundings({ savesData: true });
    await new Playground(saving).arrive();
    expect(saving.spawned()).toBe(0);
  });

  test("without recordings the page waits for Run", async () => {
    const around = fakeSurroundings({ readExample: () => Promise.resolve(null) });
    const playground = new Playground(around);
    await playground.arrive();
    expect(playground.run.source).toBe("none");
    await playground.start();
    expect(playground.run.view.phase).toBe("finished");
  });
});

test("a slider moved in a live run reaches the lanes that it steers, and no other", async () => {
  const playground = new Playground(fakeSurroundings({ readExample: () => Promise.resolve(null) }));
  const over = playground.start(true);
  await expect.poll(() => playground.run.isPaused && playground.run.view.steps, { timeout: 10_000 }).toBe(1);
  playground.settings.updateLane("c", { weights: { ...playground.settings.data.weights } });
  playground.settings.setWeight("adventure", 1);
  // A paused run hears of it when it goes on.
  await playground.step();
  await expect
    .poll(() => playground.run.view.lanes.map((lane) => lane.marks.length), { timeout: 10_000 })
    .toEqual([0, 1, 0, 1]);
  expect(playground.isStale).toBe(false);
  playground.run.resume();
  await over;
  expect(shownSample(playground.run.view.lanes[1]!).steps.length).toBe(playground.settings.data.maxTokens);
});

test("an unlocked seed is drawn anew for every run", async () => {
  const playground = new Playground(fakeSurroundings({ readExample: () => Promise.resolve(null) }));
  playground.settings.update({ seedLocked: false, maxTokens: 8 });
  await playground.start();
  expect(playground.run.view.request?.seed).toBe(5);
});

describe("a link in the address", () => {
  const linked = { ...defaultSettings(), seed: 77, seedLocked: false, weights: { ...noWeights(), detail: -1.5 } };
  const view = { quantity: "kl", textView: "table" } as const;
  const hash = writeLink({ world: "laboratory", settings: linked, view, models: "00000000" }) ?? "";

  function visit(): {
    readonly playground: Playground;
    readonly storage: MemoryStorage;
    readonly cleared: () => number;
  } {
    let cleared = 0;
    const storage = new MemoryStorage();
    storage.setItem("tiller.settings", JSON.stringify({ ...defaultSettings(), seed: 3 }));
    const address = { hash: () => hash, clearHash: () => void cleared++, withHash: (part: string) => part };
    return { playground: new Playground(fakeSurroundings({ address, storage })), storage, cleared: () => cleared };
  }

  test("runs with the linked settings, seed and view, and leaves the visitor's own settings alone", async () => {
    const { playground, storage } = visit();
    await playground.arrive();
    await expect.poll(() => playground.run.view.phase).toBe("finished");
    expect(playground.run.view.request?.seed).toBe(77);
    expect(playground.settings.data.weights.detail).toBe(-1.5);
    expect(playground.prefs.data).toMatchObject({ quantity: "kl", textView: "table" });
    expect(JSON.parse(storage.getItem("tiller.settings") ?? "")).toMatchObject({ seed: 3 });
    // The link names other models than those of the fake.
    expect(playground.share.notice?.type).toBe("other-models");
  });

  test("can be left for the visitor's own settings", async () => {
    const { playground, cleared } = visit();
    await playground.arrive();
    playground.share.returnToOwn();
    expect(playground.settings.data.seed).toBe(3);
    expect(cleared()).toBe(1);
  });

  test("belongs to the visitor from the first change on", async () => {
    const { playground, storage, cleared } = visit();
    await playground.arrive();
    playground.settings.setWeight("joy", 0.5);
    expect(playground.share.own).toBeNull();
    expect(cleared()).toBe(1);
    expect(JSON.parse(storage.getItem("tiller.settings") ?? "")).toMatchObject({ seed: 77 });
  });

  test("that is damaged is refused in words, and the recording plays as ever", async () => {
    const address = { hash: () => "#1.AAAA", clearHash: () => undefined, withHash: (part: string) => part };
    const playground = new Playground(fakeSurroundings({ address }));
    await playground.arrive();
    expect(playground.share.notice).toMatchObject({ type: "link-broken" });
    expect(playground.run.source).toBe("recorded");
  });
});

test("a candidate taken instead opens a lane beside, which says the same up to there and then the candidate", async () => {
  const playground = new Playground(fakeSurroundings());
  await playground.start();
  const lane = playground.lanes[1]!;
  const steps = shownSample(lane.view!).steps;
  const selected = { lane, step: steps[5]!, isChosenByVisitor: true };
  await playground.branching.branch(selected, 3, " golden");
  expect(playground.settings.data.lanes.map(({ id }) => id)).toEqual(["a", "b", "e", "c", "d"]);
  expect(playground.run.view.request?.lanes[2]?.opening).toEqual([...steps.slice(0, 5).map(({ token }) => token), 3]);
  expect(playground.settings.data.lanes[2]?.opening?.text).toMatch(/ golden$/);
  expect(playground.settings.data.seedLocked).toBe(true);
  expect(playground.lanes[2]?.request.name).toBe("GenARM branch");
});

describe("a run as a file", () => {
  test("saved and opened again shows the same text and figures beside the visitor's own settings", async () => {
    const saved: (string | Blob)[] = [];
    const around = fakeSurroundings({ saveFile: (_, text) => void saved.push(text) });
    const playground = new Playground(around);
    await playground.start();
    const before = playground.run.view;
    await playground.share.saveTrace();
    playground.settings.setWeight("joy", -2);
    await playground.opened.openFile(new File(saved, "run.json"));
    expect(playground.run.source).toBe("recorded");
    expect(playground.run.view.lanes).toEqual(before.lanes);
    expect(playground.settings.data.weights.joy).toBe(-2);
  });

  test("that is broken leaves the screen as it is", async () => {
    const playground = new Playground(fakeSurroundings());
    await playground.start();
    const before = playground.run.view;
    await playground.opened.openFile(new File(["{}"], "run.json"));
    expect(playground.share.notice?.type).toBe("file-broken");
    expect(playground.run.view).toBe(before);
  });
});
