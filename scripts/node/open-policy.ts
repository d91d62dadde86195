/** A policy from elsewhere, opened as the page opens it: a folder, a GGUF file, or a repository of the Hub by its id. */
import { openAsBlob } from "node:fs";
import { readdir, stat, statfs } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { DownloadProgress } from "../../src/core/hub.ts";
import type { DeviceReport } from "../../src/core/types.ts";
import type { FetchOptions } from "../../src/engine/hub/fetch-model.ts";
import { folderFiles, type FolderFile } from "../../src/engine/hub/folder-files.ts";
import { hubFiles } from "../../src/engine/hub/hub-files.ts";
import { modelsOfLineup } from "../../src/engine/hub/lineup-models.ts";
import { openLineup } from "../../src/engine/hub/lineup.ts";
import { ModelCache } from "../../src/engine/hub/model-cache.ts";
import type { RepoFiles } from "../../src/engine/hub/repo.ts";
import { memoryShelf, type Shelf } from "../../src/engine/hub/shelf.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import type { Runtime } from "../../src/engine/onnx/runtime.ts";
import { BadInput } from "./bad-input.ts";
import { diskShelf } from "./disk-shelf.ts";
import { hubBase, timing } from "./hub-access.ts";

/** What memory is announced for. */
const PLAN = { rows: 4, tokens: 256, promptTokens: 64 };
/** Where models of the Hub are kept, so that the next command needs no network. The page's server lists no hidden folder. */
export const HUB_FOLDER = join("models", ".hub");
/** OWNER/NAME, as the Hub names repositories; "models/…" and "./…" are places on the disk. */
const HUB_ID = /^(?!models\/)[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/;

export interface PolicyOptions {
  readonly onDownload?: (progress: DownloadProgress) => void;
  /** Where models of the Hub are kept. */
  readonly hubFolder?: string;
  readonly patience?: NonNullable<FetchOptions["patience"]>;
}

/** Whether the text can name such a policy, as distinct from a bundled model. */
export function isPolicyPlace(place: string): boolean {
  return isGgufFile(place) || /[\\/]/.test(place);
}

/**
 * @param place such as `models/smollm2-135m-instruct`, a file that ends in `.gguf`, or `HuggingFaceTB/SmolLM2-135M-Instruct`
 * @throws BadInput, and RunError for what the Hub or the model refuses
 */
export async function openPolicy(
  place: string,
  runtime: Runtime,
  device: DeviceReport,
  { onDownload, hubFolder = HUB_FOLDER, patience }: PolicyOptions = {},
): Promise<Models> {
  const { backend } = runtime;
  const { repo, shelf, freeBytes } = await sourceOf(place, hubFolder);
  const lineup = await openLineup([{ repo, dtype: null }], {
    runtime,
    limits: { backend, maxBufferBytes: null, budgetBytes: null },
    plan: PLAN,
    fetching: {
      cache: new ModelCache(shelf),
      device: { backend, hasF16: false },
      timing,
      signal: new AbortController().signal,
      freeBytes,
      ...(patience && { patience }),
    },
    onProgress: ({ download }) => download !== null && onDownload?.(download),
    startReference: null,
  });
  return modelsOfLineup(lineup, device);
}

interface Source {
  readonly repo: RepoFiles;
  readonly shelf: Shelf;
  readonly freeBytes: () => Promise<number | null>;
}

/** What lies on the disk comes first: a folder may have the name of a repository. */
async function sourceOf(place: string, hubFolder: string): Promise<Source> {
  const files = await filesAt(place);
  if (files !== null) {
    // Files on the disk are read where they lie.
    const repo = folderFiles(basename(resolve(place)), files);
    return { repo, shelf: memoryShelf(), freeBytes: async () => null };
  }
  if (!HUB_ID.test(place) || isGgufFile(place)) {
    const ways = "give a folder such as models/…, a file that ends in .gguf, or an id of the Hub as OWNER/NAME";
    throw new BadInput(`${place}: there is no such file or folder; ${ways}; npm run get-model fetches a model`);
  }
  const shelf = diskShelf(hubFolder, "make it writable, or download the model and give its folder");
  return { repo: hubFiles(place, hubBase()), shelf, freeBytes: () => roomFor(hubFolder) };
}

/** Null where nothing lies there. */
async function filesAt(place: string): Promise<FolderFile[] | null> {
  const found = await stat(place).catch(() => null);
  if (found === null) return null;
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

/** Free bytes of the disk that the folder is or will be on; null where the system does not tell. */
async function roomFor(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    const parent = dirname(resolve(folder));
    return parent === resolve(folder) ? null : roomFor(parent);
  }
}

function isGgufFile(place: string): boolean {
  return /\.gguf$/i.test(place);
}
