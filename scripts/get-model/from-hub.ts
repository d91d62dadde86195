/** Fetches a model's file from the Hub, or from the mirror that HF_ENDPOINT names, with the engine's own downloader. */
import { HUB } from "../../src/engine/hub/addresses.ts";
import { downloadFile, type Patience } from "../../src/engine/hub/download.ts";
import { FileCache } from "../../src/engine/hub/file-cache.ts";
import { hubFiles } from "../../src/engine/hub/hub-files.ts";
import type { Timing } from "../../src/engine/hub/repo.ts";
import { diskShelf } from "./disk-shelf.ts";
import type { KnownModel } from "./known-models.ts";

export interface HubOptions {
  /** Where pieces lie until the file is whole. */
  readonly drafts: string;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
  readonly patience?: Partial<Patience>;
}

/** A second try tells a busy server from one that cannot be reached; there is another way to the file. */
const PATIENCE: Partial<Patience> = { tries: 2, stallMs: 15_000 };

const timing: Timing = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

/** The file's bytes, their hash checked. @throws RunError "network", "model-missing", "model-corrupt", "aborted" */
export async function fromHub(model: KnownModel, options: HubOptions): Promise<Uint8Array> {
  const endpoint = process.env["HF_ENDPOINT"];
  const base = endpoint === undefined || endpoint === "" ? HUB : `${endpoint.replace(/\/+$/, "")}/`;
  const repo = hubFiles(model.hub.repo, base);
  const cache = new FileCache(diskShelf(options.drafts));
  const file = { path: model.file, bytes: model.bytes, sha256: model.sha256, version: model.sha256 };
  const { signal, onBytes } = options;
  const { revision } = model.hub;
  if (!(await cache.has(repo.key, file))) {
    await downloadFile({
      repo,
      revision,
      file,
      cache,
      timing,
      signal,
      onBytes,
      patience: options.patience ?? PATIENCE,
    });
  }
  const bytes = await cache.read(repo.key, model.file);
  if (bytes === null) throw new Error(`the pieces in ${options.drafts} are gone`);
  return bytes;
}
