/** A shelf of downloaded pieces in a folder, so that a broken download goes on where it stopped. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Shelf } from "../../src/engine/hub/shelf.ts";
import { asDiskError } from "./place.ts";

const PART = ".part";

export function diskShelf(folder: string): Shelf {
  const pathOf = (key: string): string => join(folder, encodeURIComponent(key));
  return {
    get: async (key) => {
      try {
        return new Uint8Array(await readFile(pathOf(key)));
      } catch {
        return null;
      }
    },
    put: async (key, bytes) => {
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(pathOf(key) + PART, bytes);
        await rename(pathOf(key) + PART, pathOf(key));
      } catch (error) {
        throw asDiskError(error, folder);
      }
    },
    delete: (key) => rm(pathOf(key), { force: true }),
    keys: async () => {
      try {
        return (await readdir(folder)).filter((name) => !name.endsWith(PART)).map(decodeURIComponent);
      } catch {
        return [];
      }
    },
  };
}
