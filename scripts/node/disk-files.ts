/** Model files from a folder. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../../src/core/errors.ts";
import type { ModelFiles } from "../../src/engine/bundle/model-files.ts";

export function diskFiles(folder: string): ModelFiles {
  return {
    async read(path, { signal, onBytes }) {
      try {
        const bytes = await readFile(join(folder, path), { signal });
        onBytes(bytes.byteLength);
        return bytes;
      } catch (error) {
        throw new RunError("model-missing", `The file ${path} is not in the models folder.`, {
          file: path,
          reason: String(error),
        });
      }
    },
  };
}
