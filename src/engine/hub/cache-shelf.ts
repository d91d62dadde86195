/** Pieces in the browser's Cache API: a put is seen whole or not at all, also when the tab is closed in between. */
import { RunError } from "../../core/errors.ts";
import type { Shelf } from "./shelf.ts";

const NAME = "tiller models";
/** A host that can never exist: the keys are names, and nothing is ever asked of it. */
const ROOT = "https://models.invalid/";

export function cacheShelf(storage: CacheStorage): Shelf {
  const open = (): Promise<Cache> => storage.open(NAME);
  const address = (key: string): string => ROOT + encodeURIComponent(key);
  return {
    get: async (key) => {
      const response = await (await open()).match(address(key));
      return response === undefined ? null : new Uint8Array(await response.arrayBuffer());
    },
    put: async (key, bytes) => {
      try {
        await (await open()).put(address(key), new Response(bytes as Uint8Array<ArrayBuffer>));
      } catch (error) {
        const message =
          "The browser has no room left to keep models. Delete some in the list of models, then try again.";
        throw new RunError("out-of-memory", message, { bytes: bytes.byteLength, reason: String(error) }, error);
      }
    },
    delete: async (key) => void (await (await open()).delete(address(key))),
    keys: async () => (await (await open()).keys()).map(({ url }) => decodeURIComponent(url.slice(ROOT.length))),
  };
}
