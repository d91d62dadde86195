/** How line-ups fetch in tests: nothing kept before, all the room in the world, and no clock. */
import type { LineupOptions } from "../src/engine/hub/lineup.ts";
import { ModelCache } from "../src/engine/hub/model-cache.ts";
import { memoryShelf } from "../src/engine/hub/shelf.ts";

export function offlineFetching(): LineupOptions["fetching"] {
  return {
    cache: new ModelCache(memoryShelf()),
    device: { backend: "wasm", hasF16: false },
    timing: { now: () => 0, sleep: () => new Promise(() => undefined) },
    signal: new AbortController().signal,
    freeBytes: async () => null,
  };
}
