/**
 * What a lesson has sampled and read, kept in a folder, so that fits can be repeated and a lesson that was cut off goes on.
 * Files are named by a hash of all that decides what they hold. They are Node's own format, for this machine alone.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";

export interface Kept {
  /** What was kept under this key, or what `make` gives, which is then kept. */
  of<T>(key: readonly unknown[], make: () => Promise<T>): Promise<T>;
}

/** @param folder null keeps nothing */
export function keptIn(folder: string | null): Kept {
  return {
    async of<T>(key: readonly unknown[], make: () => Promise<T>): Promise<T> {
      if (folder === null) return make();
      await mkdir(folder, { recursive: true });
      const file = join(folder, `${createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 24)}.kept`);
      const found = await readFile(file).catch(() => null);
      if (found !== null) return deserialize(found) as T;
      const made = await make();
      // Renamed at the end, so that a file is whole or not there.
      await writeFile(`${file}.part`, serialize(made));
      await rename(`${file}.part`, file);
      return made;
    },
  };
}
