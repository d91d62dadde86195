/** The worker's entry: real models, real clock, comlink. */
import { expose } from "comlink";
import type { Backend } from "../src/core/types.ts";
import { decode } from "../src/engine/decode/loop.ts";
import { fetchedFiles } from "../src/engine/bundle/model-files.ts";
import { cacheShelf } from "../src/engine/hub/cache-shelf.ts";
import type { DeviceTraits } from "../src/engine/hub/choose-files.ts";
import { ModelCache } from "../src/engine/hub/model-cache.ts";
import { memoryShelf } from "../src/engine/hub/shelf.ts";
import { findAdapter } from "../src/engine/onnx/webgpu/adapter.ts";
import { sweep } from "../src/engine/decode/sweep.ts";
import { announcedStarters } from "./announce.ts";
import { createApi } from "./api.ts";
import { HubDesk } from "./hub-desk.ts";
import { indexedShelf } from "./lesson-shelf.ts";
import { openEngine } from "./open.ts";
import { openLineupEngine } from "./open-lineup.ts";
import type { WorkNotice } from "./protocol.ts";
import { workerStarters } from "./runtimes.ts";

const desk = new HubDesk({
  // Caches exist in secure contexts alone; elsewhere models last as long as the page.
  cache: new ModelCache("caches" in self ? cacheShelf(caches) : memoryShelf()),
  timing: { now: () => performance.now(), sleep },
  freeBytes,
  traits,
});

const api = createApi({
  open: (options, signal, onProgress) => {
    const baseUrl = new URL(options.baseUrl, self.location.href);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker posts to its page alone
    const announcer = { now: () => performance.now(), post: (notice: WorkNotice) => self.postMessage(notice) };
    const starters = announcedStarters(workerStarters(new URL("../ort/", baseUrl)), announcer);
    if (options.lineup !== undefined) {
      return openLineupEngine(options, { starters, desk, budgetBytes: memoryBudget() }, signal, onProgress);
    }
    return openEngine(options, { starters, source: fetchedFiles(baseUrl.href) }, signal, onProgress);
  },
  decode,
  sweep,
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  lessonShelf: indexedShelf(),
});

expose(Object.assign(api, { hub: desk }));

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const wake = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) wake();
    signal.addEventListener("abort", wake, { once: true });
  });
}

async function freeBytes(): Promise<number | null> {
  const { quota, usage } = (await navigator.storage?.estimate()) ?? {};
  return quota === undefined || usage === undefined ? null : Math.max(0, quota - usage);
}

/** As `openOnDevice` decides: a real card where there is one, else the processor. */
async function traits(backend: Backend | "auto"): Promise<DeviceTraits> {
  const adapter = backend === "wasm" ? null : await findAdapter(navigator.gpu);
  const isCard = adapter !== null && (backend === "webgpu" || !adapter.isSoftware);
  return { backend: isCard ? "webgpu" : "wasm", hasF16: isCard && adapter.hasF16 };
}

/** Half of what the browser says the machine has; it says 8 GiB at most. */
function memoryBudget(): number | null {
  // Not in every browser, and so not in TypeScript's types.
  const { deviceMemory } = navigator as { readonly deviceMemory?: number };
  return deviceMemory === undefined ? null : (deviceMemory * 2 ** 30) / 2;
}
