/**
 * What a lesson has sampled and read, kept in a folder, so that fits can be repeated and a lesson that was cut off goes on.
 * Files are named by a hash of all that decides what they hold. They are Node's own format, for this machine alone.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { noneKept, type KeptList } from "../../src/engine/teach/lesson-shelf.ts";

export interface Kept {
  /** What was kept under this key, or what `make` gives, which is then kept. */
  of<T>(key: readonly unknown[], make: () => Promise<T>): Promise<T>;
  /** A list in the making under this key: each part that is added is kept at once. */
  list<T>(key: readonly unknown[]): Promise<KeptList<T>>;
}

/** @param folder null keeps nothing */
export function keptIn(folder: string | null): Kept {
  if (folder === null) return { of: (_, make) => make(), list: () => Promise.resolve(noneKept()) };
  const fileOf = (key: readonly unknown[], part = ""): string => {
    const name = createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 24);
    return join(folder, `${name}${part}.kept`);
  };
  return {
    async of<T>(key: readonly unknown[], make: () => Promise<T>): Promise<T> {
      const found = await readFile(fileOf(key)).catch(() => null);
      if (found !== null) return deserialize(found) as T;
      const made = await make();
      await writeWhole(fileOf(key), made);
      return made;
    },
    async list<T>(key: readonly unknown[]): Promise<KeptList<T>> {
      const known: T[] = [];
      let parts = 0;
      for (; ; parts++) {
        const found = await readFile(fileOf(key, `-${parts}`)).catch(() => null);
        if (found === null) break;
        known.push(...(deserialize(found) as readonly T[]));
      }
      return { known, add: (part) => writeWhole(fileOf(key, `-${parts++}`), part) };
    },
  };
}

/** Renamed at the end, so that a file is whole or not there. */
async function writeWhole(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, serialize(value));
  await rename(`${file}.part`, file);
}
