/** A policy from a folder or a GGUF file, opened as the page opens models from disk. */
import { openAsBlob } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import type { DeviceReport } from "../../src/core/types.ts";
import { folderFiles, type FolderFile } from "../../src/engine/hub/folder-files.ts";
import { modelsOfLineup } from "../../src/engine/hub/lineup-models.ts";
import { openLineup } from "../../src/engine/hub/lineup.ts";
import { ModelCache } from "../../src/engine/hub/model-cache.ts";
import { memoryShelf } from "../../src/engine/hub/shelf.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import type { Runtime } from "../../src/engine/onnx/runtime.ts";
import { BadInput } from "./bad-input.ts";

/** What memory is announced for. */
const PLAN = { rows: 8, tokens: 1024, promptTokens: 512 };

/** @param place such as `models/smollm2-135m-instruct`, or a file that ends in `.gguf` */
export async function openPolicy(place: string, runtime: Runtime, device: DeviceReport): Promise<Models> {
  const { backend } = runtime;
  const repo = folderFiles(basename(resolve(place)), await filesAt(place));
  const lineup = await openLineup([{ repo, dtype: null }], {
    runtime,
    limits: { backend, maxBufferBytes: null, budgetBytes: null },
    plan: PLAN,
    fetching: {
      // Files on the disk are read where they lie.
      cache: new ModelCache(memoryShelf()),
      device: { backend, hasF16: false },
      // Nothing on the disk stalls, so no wait ever ends.
      timing: { now: () => performance.now(), sleep: () => new Promise(() => undefined) },
      signal: new AbortController().signal,
      freeBytes: async () => null,
    },
    onProgress: () => undefined,
    startReference: null,
  });
  return modelsOfLineup(lineup, device);
}

/** @throws BadInput where nothing can be read */
async function filesAt(place: string): Promise<FolderFile[]> {
  const found = await stat(place).catch(() => null);
  if (found === null) {
    throw new BadInput(`--policy ${place}: there is no such file or folder; npm run get-model fetches a model`);
  }
  if (found.isFile()) return [{ path: basename(place), blob: await openAsBlob(place) }];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.map(async (path) => ({
      path: relative(place, path).split(sep).join("/"),
      blob: await openAsBlob(path),
    })),
  );
}
