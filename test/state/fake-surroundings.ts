/** A browser's gifts to the page, made up for tests. */
import type { Surroundings } from "../../src/state/surroundings-type.ts";
import { FakeApi, fakeLink, fakeTrace } from "./fake-api.ts";
import { MemoryClickStore } from "./clicks/memory-click-store.ts";
import { memoryLessonRunStore } from "./handin/memory-lesson-run-store.ts";
import { MemoryHeadStore } from "./heads/memory-head-store.ts";
import { MemoryRunStore } from "./keep/memory-run-store.ts";
import { MemoryStorage } from "./settings/memory-storage.ts";

export function fakeSurroundings(more: Partial<Surroundings> = {}): Surroundings & { readonly spawned: () => number } {
  let spawned = 0;
  return {
    spawn: () => {
      spawned++;
      return fakeLink(new FakeApi({ stepMs: 0, loadMs: 0 }));
    },
    spawned: () => spawned,
    storage: new MemoryStorage(),
    sharedStorage: new MemoryStorage(),
    // Only the data attributes of the root element are used.
    root: { dataset: {} } as HTMLElement,
    clock: {
      now: () => performance.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
      onFrame: (draw) => draw(),
    },
    modelsUrl: "models/",
    servedUrl: "http://127.0.0.1/served/",
    readServed: () => Promise.resolve(null),
    budgetBytes: null,
    backend: "wasm",
    world: "laboratory",
    readExample: (file) =>
      file === "index.json" ? Promise.resolve([{ file: "one.json", title: "One" }]) : fakeTrace(),
    random32: () => 5,
    newId: () => `run-${spawned}`,
    runStore: new MemoryRunStore(),
    lessonRuns: memoryLessonRunStore(),
    headStore: new MemoryHeadStore(),
    clickStore: new MemoryClickStore(),
    readHeadFile: () => Promise.resolve(null),
    folders: null,
    today: () => 1_790_000_000_000,
    wantsLessMotion: () => true,
    savesData: false,
    search: "",
    address: { hash: () => "", clearHash: () => undefined, withHash: (hash) => `https://example.org/${hash}` },
    copyText: () => Promise.resolve(true),
    copyPicture: () => Promise.resolve(true),
    saveFile: () => undefined,
    ...more,
  };
}
