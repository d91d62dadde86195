import { describe, expect, test } from "vitest";
import { Playground, type Surroundings } from "../../src/state/playground.svelte.ts";
import { shownSample } from "../../src/state/view.ts";
import { FakeApi, fakeLink, fakeTrace } from "./fake-api.ts";
import { MemoryStorage } from "./memory-storage.ts";

function surroundings(more: Partial<Surroundings> = {}): Surroundings & { readonly spawned: () => number } {
  let spawned = 0;
  return {
    spawn: () => {
      spawned++;
      return fakeLink(new FakeApi({ stepMs: 0, loadMs: 0 }));
    },
    spawned: () => spawned,
    storage: new MemoryStorage(),
    // Only the data attributes of the root element are used.
    root: { dataset: {} } as HTMLElement,
    clock: {
      now: () => performance.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
      onFrame: (draw) => draw(),
    },
    modelsUrl: "models/",
    backend: "wasm",
    readExample: (file) =>
      file === "index.json" ? Promise.resolve([{ file: "one.json", title: "One" }]) : fakeTrace(),
    random32: () => 5,
    newId: () => `run-${spawned}`,
    wantsLessMotion: () => true,
    savesData: false,
    ...more,
  };
}

describe("on arrival", () => {
  test("the first recording plays, and its settings are the rail's", async () => {
    const playground = new Playground(surroundings());
    await playground.arrive();
    expect(playground.run.source).toBe("recorded");
    expect(playground.run.view.phase).toBe("finished");
    expect(playground.isStale).toBe(false);
    expect(playground.lanes.every((lane) => lane.settings !== null && lane.view !== null)).toBe(true);
  });

  test("what the visitor typed before the recording came is kept", async () => {
    const playground = new Playground(surroundings());
    const arrived = playground.arrive();
    playground.settings.setPrompt("A goose");
    await arrived;
    expect(playground.settings.data.prompts.story).toBe("A goose");
    expect(playground.isStale).toBe(true);
    expect(playground.lanes.every((lane) => lane.settings === null)).toBe(true);
  });

  test("a run that was started meanwhile is not replaced by the recording", async () => {
    const playground = new Playground(surroundings());
    const arrived = playground.arrive();
    const started = playground.start(true);
    await arrived;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(playground.run.source).toBe("live");
    await playground.stop();
    await started;
  });

  test("models are fetched unasked, but not for a visitor who saves data", async () => {
    const free = surroundings();
    await new Playground(free).arrive();
    expect(free.spawned()).toBe(1);
    const saving = surroundings({ savesData: true });
    await new Playground(saving).arrive();
    expect(saving.spawned()).toBe(0);
  });

  test("without recordings the page waits for Run", async () => {
    const around = surroundings({ readExample: () => Promise.resolve(null) });
    const playground = new Playground(around);
    await playground.arrive();
    expect(playground.run.source).toBe("none");
    await playground.start();
    expect(playground.run.view.phase).toBe("finished");
  });
});

test("a slider moved in a live run reaches the lanes that it steers, and no other", async () => {
  const playground = new Playground(surroundings({ readExample: () => Promise.resolve(null) }));
  const over = playground.start(true);
  await new Promise((resolve) => setTimeout(resolve, 30));
  playground.settings.updateLane("c", { weights: { ...playground.settings.data.weights } });
  playground.settings.setWeight("adventure", 1);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(playground.run.view.lanes.map((lane) => lane.marks.length)).toEqual([0, 1, 0, 1]);
  expect(playground.isStale).toBe(false);
  playground.run.resume();
  await over;
  expect(shownSample(playground.run.view.lanes[1]!).steps.length).toBe(playground.settings.data.maxTokens);
});

test("an unlocked seed is drawn anew for every run", async () => {
  const playground = new Playground(surroundings({ readExample: () => Promise.resolve(null) }));
  playground.settings.update({ seedLocked: false, maxTokens: 8 });
  await playground.start();
  expect(playground.run.view.request?.seed).toBe(5);
});
