/** A shelf of downloaded pieces in a folder, so that a broken download goes on where it stopped. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Shelf } from "../../src/engine/hub/shelf.ts";
import { asDiskError, OTHER_PLACE } from "./disk-errors.ts";

const PART = ".part";
/** Disks take names of 255 bytes. */
const NAME_BYTES = 200;

/** @param wayOut what a person can do where the folder cannot be written */
export function diskShelf(folder: string, wayOut = OTHER_PLACE): Shelf {
  const pathOf = (key: string): string => join(folder, ...nameOf(key));
  return {
    get: async (key) => {
      try {
        return new Uint8Array(await readFile(pathOf(key)));
      } catch {
        return null;
      }
    },
    put: async (key, bytes) => {
      const path = pathOf(key);
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path + PART, bytes);
        await rename(path + PART, path);
      } catch (error) {
        throw asDiskError(error, folder, wayOut);
      }
    },
    delete: (key) => rm(pathOf(key), { force: true }),
    keys: async () => {
      try {
        const entries = await readdir(folder, { recursive: true, withFileTypes: true });
        return entries
          .filter((entry) => entry.isFile() && !entry.name.endsWith(PART))
          .map((entry) => keyOf(relative(folder, join(entry.parentPath, entry.name)).split(sep)));
      } catch {
        return [];
      }
    },
  };
}

/** A long key lies in folders, whose names end in "+": no key has that letter once it is encoded. */
function nameOf(key: string): string[] {
  const parts = encodeURIComponent(key).match(new RegExp(`.{1,${NAME_BYTES}}`, "g")) ?? [];
  return parts.map((part, i) => (i < parts.length - 1 ? `${part}+` : part));
}

function keyOf(parts: readonly string[]): string {
  return decodeURIComponent(parts.map((part) => part.replace(/\+$/, "")).join(""));
}
