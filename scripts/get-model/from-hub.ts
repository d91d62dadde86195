/** Fetches a model's file from the Hub, or from the mirror that HF_ENDPOINT names, with the engine's own downloader. */
import { downloadFile, type Patience } from "../../src/engine/hub/download.ts";
import { FileCache } from "../../src/engine/hub/file-cache.ts";
import { hubFiles } from "../../src/engine/hub/hub-files.ts";
import { diskShelf } from "../node/disk-shelf.ts";
import { hubBase, timing } from "../node/hub-access.ts";
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

/** The file's bytes, their hash checked. @throws RunError "network", "model-missing", "model-corrupt", "aborted" */
export async function fromHub(model: KnownModel, options: HubOptions): Promise<Uint8Array> {
  const repo = hubFiles(model.hub.repo, hubBase());
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
