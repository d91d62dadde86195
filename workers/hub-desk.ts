/** Models of the Hub as the page asks for them: what a repository offers, what is kept here, fetch and forget. */
import type { DownloadProgress, Dtype } from "../src/core/hub.ts";
import { toErrorData } from "../src/core/errors.ts";
import { HUB } from "../src/engine/hub/addresses.ts";
import { chooseForm, filesFor, formsOf, obstacleTo, type DeviceTraits } from "../src/engine/hub/choose-files.ts";
import { fetchModel, lookUp, type FetchOptions } from "../src/engine/hub/fetch-model.ts";
import { folderFiles } from "../src/engine/hub/folder-files.ts";
import { hubFiles } from "../src/engine/hub/hub-files.ts";
import type { ModelCache } from "../src/engine/hub/model-cache.ts";
import type { RepoListing, RepoFiles, Timing } from "../src/engine/hub/repo.ts";
import { servedFiles } from "../src/engine/hub/served-files.ts";
import type { Backend } from "../src/core/types.ts";
import type { HubApi, KeptModels, ModelAddress, ModelWish, RepoReport, Settled } from "./protocol.ts";

export interface HubDeps {
  readonly cache: ModelCache;
  readonly timing: Timing;
  readonly freeBytes: () => Promise<number | null>;
  /** What decides which forms run, for the backend that "auto" would take. */
  readonly traits: (backend: Backend | "auto") => Promise<DeviceTraits>;
}

export class HubDesk implements HubApi {
  readonly #deps: HubDeps;
  #preparing: AbortController | null = null;

  constructor(deps: HubDeps) {
    this.#deps = deps;
  }

  lookUp(address: ModelAddress, backend: Backend | "auto"): Promise<Settled<RepoReport>> {
    return settle(async () => {
      const source = repoOf(address);
      const device = await this.#deps.traits(backend);
      const { signal } = new AbortController();
      return this.#report(source, await lookUp(source, this.fetching(device, signal)), device);
    });
  }

  prepare(
    { address, dtype }: ModelWish,
    backend: Backend | "auto",
    onProgress: (progress: DownloadProgress) => void | Promise<void>,
  ): Promise<Settled<KeptModels>> {
    return settle(async () => {
      this.#preparing?.abort();
      const own = new AbortController();
      this.#preparing = own;
      // A slow page must not slow the download, and one that is gone must not end it.
      const tell = (progress: DownloadProgress): void =>
        void Promise.resolve(onProgress(progress)).catch(() => undefined);
      try {
        const device = await this.#deps.traits(backend);
        await fetchModel(repoOf(address), { ...this.fetching(device, own.signal), dtype, onProgress: tell });
        return await this.#kept();
      } finally {
        if (this.#preparing === own) this.#preparing = null;
      }
    });
  }

  async cancelPrepare(): Promise<void> {
    this.#preparing?.abort();
  }

  keptModels(): Promise<Settled<KeptModels>> {
    return settle(() => this.#kept());
  }

  forgetModel(id: string, mirror: string | null, dtype: Dtype): Promise<Settled<KeptModels>> {
    return settle(async () => {
      await this.#deps.cache.remove(repoOf({ kind: "hub", id, mirror }).key, dtype);
      return this.#kept();
    });
  }

  forgetAllModels(): Promise<Settled<KeptModels>> {
    return settle(async () => {
      await this.#deps.cache.removeAll();
      return this.#kept();
    });
  }

  /** What every fetch of a model needs. */
  fetching(device: DeviceTraits, signal: AbortSignal): Omit<FetchOptions, "dtype" | "onProgress"> {
    const { cache, timing, freeBytes } = this.#deps;
    return { cache, timing, freeBytes, device, signal };
  }

  async #report(source: RepoFiles, listing: RepoListing, device: DeviceTraits): Promise<RepoReport> {
    const best = chooseForm(listing, device);
    const kept = (await this.#deps.cache.list()).models.filter(({ repo }) => repo === source.key);
    const forms = formsOf(listing).map((form) => ({
      dtype: form.dtype,
      bytes: filesFor(listing, form).reduce((sum, file) => sum + file.bytes, 0),
      isKept: kept.some(({ dtype }) => dtype === form.dtype),
      isBest: form.dtype === best.dtype,
      obstacle: obstacleTo({ dtype: form.dtype, path: form.graph.path }, device),
    }));
    return { id: listing.id, licence: listing.licence, forms };
  }

  async #kept(): Promise<KeptModels> {
    const { models, unfinishedBytes } = await this.#deps.cache.list();
    return {
      models: models.map(({ id, repo, dtype, bytes, licence }) => {
        const base = repo.slice(0, repo.length - id.length);
        return { id, mirror: base === HUB ? null : base, dtype, bytes, licence };
      }),
      unfinishedBytes,
      freeBytes: await this.#deps.freeBytes(),
    };
  }
}

export function repoOf(address: ModelAddress): RepoFiles {
  if (address.kind === "folder") return folderFiles(address.id, address.files);
  if (address.kind === "served") return servedFiles(address.id, address.base);
  return hubFiles(address.id, address.mirror ?? HUB);
}

async function settle<T>(work: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: toErrorData(error) };
  }
}
