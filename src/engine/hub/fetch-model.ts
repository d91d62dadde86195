/** All files of a model from where they lie, through the cache; afterwards the model needs no network. */
import { RunError } from "../../core/errors.ts";
import { DOWNLOAD_PACE, Pace } from "../../core/pace.ts";
import type { DownloadProgress, Dtype } from "../../core/hub.ts";
import { aborted } from "../bundle/loader.ts";
import { chooseForm, filesFor, obstacleTo, type DeviceTraits } from "./choose-files.ts";
import { downloadFile, inTime, PATIENCE, type Patience } from "./download.ts";
import type { Form } from "./gguf-forms.ts";
import type { Manifest, ModelCache } from "./model-cache.ts";
import { checkSubstance } from "./half-there.ts";
import type { RepoFile, RepoListing, RepoFiles, Timing } from "./repo.ts";

export interface FetchOptions {
  readonly cache: ModelCache;
  readonly device: DeviceTraits;
  /** Null lets the device choose. */
  readonly dtype: Dtype | null;
  readonly timing: Timing;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DownloadProgress) => void;
  /** Free room for models in bytes; null where the browser does not tell. */
  readonly freeBytes: () => Promise<number | null>;
  readonly patience?: Partial<Patience>;
  /** Looks at a graph whose weights are still to be fetched, and throws where they would be of no use. */
  readonly inspect?: (id: string, graph: Uint8Array) => Promise<void>;
}

/** A model whose files are all at hand. */
export interface FetchedModel {
  readonly manifest: Manifest;
  /** @throws RunError "model-missing" for a file that is gone */
  read(path: string): Promise<Uint8Array>;
  has(path: string): boolean;
}

export async function fetchModel(repo: RepoFiles, options: FetchOptions): Promise<FetchedModel> {
  const { cache, device, dtype, signal } = options;
  if (signal.aborted) throw aborted();
  if (repo.isRemote) {
    const accepts = (kept: Manifest): boolean =>
      obstacleTo({ dtype: kept.dtype, path: kept.graph }, device) === null && (dtype ?? kept.dtype) === kept.dtype;
    const kept = await cache.find(repo.key, accepts);
    if (kept !== null) return fromCache(kept, cache);
  }
  options.onProgress({ ...NOTHING, id: repo.id });
  const listing = await lookUp(repo, options);
  const form = chooseForm(listing, device, dtype);
  const files = filesFor(listing, form);
  const manifest: Manifest = {
    id: repo.id,
    repo: repo.key,
    revision: listing.revision,
    licence: listing.licence,
    dtype: form.dtype,
    graph: form.graph.path,
    external: form.external.map(({ path }) => path),
    files: [...files],
  };
  if (!repo.isRemote) return fromFolder(manifest, repo, signal);
  await fetchAll(repo, listing.revision, files, form, options);
  await cache.save(manifest);
  return fromCache(manifest, cache);
}

const NOTHING = { phase: "look-up", loadedBytes: 0, totalBytes: 0, bytesPerSecond: null, secondsLeft: null } as const;

const LOOK_UPS = 3;

/** A listing is small: two more tries tell a busy server from one that is away. */
export async function lookUp(
  repo: RepoFiles,
  { signal, timing, patience }: Pick<FetchOptions, "signal" | "timing" | "patience">,
): Promise<RepoListing> {
  for (let tries = 1; ; tries += 1) {
    const connection = new AbortController();
    const cut = (): void => connection.abort();
    signal.addEventListener("abort", cut, { once: true });
    try {
      return await inTime(repo.list(connection.signal), timing, { ...PATIENCE, ...patience }, connection);
    } catch (error) {
      if (signal.aborted) throw aborted();
      if (error instanceof RunError && (error.code !== "network" || tries === LOOK_UPS)) throw error;
      if (tries === LOOK_UPS) {
        const message = `${repo.id} could not be looked up: the server is busy or silent (${error instanceof Error ? error.message : String(error)}). Try again in a minute.`;
        throw new RunError("network", message, { id: repo.id }, error);
      }
      await timing.sleep(tries * 1000, signal);
    } finally {
      signal.removeEventListener("abort", cut);
      connection.abort();
    }
  }
}

async function fetchAll(
  repo: RepoFiles,
  revision: string,
  files: readonly RepoFile[],
  { graph, external }: Form,
  options: FetchOptions,
): Promise<void> {
  const { cache, timing, signal, patience, inspect } = options;
  const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const missing: RepoFile[] = [];
  for (const file of files) if (!(await cache.files.has(repo.key, file))) missing.push(file);
  const wanted = missing.reduce((sum, file) => sum + file.bytes, 0);
  await checkRoom(repo.id, wanted, options);
  let done = totalBytes - wanted;
  const pace = new Pace(DOWNLOAD_PACE);
  const report = (phase: DownloadProgress["phase"], loadedBytes: number): void => {
    pace.mark(timing.now(), loadedBytes);
    const [bytesPerSecond, secondsLeft] = [pace.perSecond, pace.secondsLeft(totalBytes - loadedBytes)];
    options.onProgress({ id: repo.id, phase, loadedBytes, totalBytes, bytesPerSecond, secondsLeft });
  };
  report("fetch", done);
  for (const file of missing) {
    const before = done;
    const onBytes = (bytes: number): void => report("fetch", before + bytes);
    const job = { repo, revision, file, cache: cache.files, timing, signal, onBytes };
    await downloadFile(patience === undefined ? job : { ...job, patience });
    done += file.bytes;
    if (file !== graph || external.length === 0) continue;
    // The graph says what it needs; its weights come after it.
    const bytes = await cache.files.read(repo.key, graph.path);
    if (bytes !== null) await inspect?.(repo.id, bytes);
  }
  report("ready", totalBytes);
}

async function checkRoom(id: string, bytes: number, { freeBytes }: FetchOptions): Promise<void> {
  const free = await freeBytes();
  if (free === null || bytes <= free) return;
  const message = `${id} needs ${inMb(bytes)}, but the browser has room for ${inMb(free)} more. Delete models that you no longer use, or free space on the disk.`;
  throw new RunError("out-of-memory", message, { id, bytes, free });
}

function inMb(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

function fromCache(manifest: Manifest, cache: ModelCache): FetchedModel {
  return withRead(manifest, (path) => cache.files.read(manifest.repo, path));
}

function fromFolder(manifest: Manifest, repo: RepoFiles, signal: AbortSignal): FetchedModel {
  return withRead(manifest, async (path) => {
    const file = manifest.files.find((candidate) => candidate.path === path);
    if (file === undefined) return null;
    const { body } = await repo.open(file, manifest.revision, 0, signal);
    return body === null ? null : new Uint8Array(await new Response(body as BodyInit).arrayBuffer());
  });
}

function withRead(manifest: Manifest, read: (path: string) => Promise<Uint8Array | null>): FetchedModel {
  return {
    manifest,
    has: (path) => manifest.files.some((file) => file.path === path),
    read: async (path) => {
      const bytes = await read(path);
      if (bytes !== null) {
        checkSubstance(manifest.id, path, bytes);
        return bytes;
      }
      const message = `${manifest.id} is no longer complete on this device: ${path} is gone. Fetch the model again.`;
      throw new RunError("model-missing", message, { id: manifest.id, file: path });
    },
  };
}
