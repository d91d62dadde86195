/** Which models are here. A model counts when its manifest lies on the shelf, written after the last of its files. */
import * as v from "valibot";
import { FileCache } from "./file-cache.ts";
import { getJson, putJson, type Shelf } from "./shelf.ts";

const File = v.object({
  path: v.string(),
  bytes: v.number(),
  sha256: v.nullable(v.string()),
  version: v.nullable(v.string()),
});
const Manifest = v.object({
  id: v.string(),
  repo: v.string(),
  revision: v.string(),
  licence: v.nullable(v.string()),
  dtype: v.picklist(["fp32", "fp16", "q4", "q4f16", "q8"]),
  graph: v.string(),
  external: v.array(v.string()),
  files: v.array(File),
});
const Key = v.tuple([v.literal("model"), v.string(), v.string()]);

/** What was fetched for one form of a repository. */
export type Manifest = v.InferOutput<typeof Manifest>;

export interface KeptModel {
  readonly repo: string;
  readonly id: string;
  readonly dtype: Manifest["dtype"];
  readonly bytes: number;
  readonly licence: string | null;
}

export interface CacheContents {
  readonly models: readonly KeptModel[];
  /** Bytes of downloads that were broken off; they are taken up again, or go with "delete all". */
  readonly unfinishedBytes: number;
}

export class ModelCache {
  readonly files: FileCache;
  readonly #shelf: Shelf;

  constructor(shelf: Shelf, pieceBytes?: number) {
    this.#shelf = shelf;
    this.files = new FileCache(shelf, pieceBytes);
  }

  /** The form that was asked for, or any that `accepts`; null unless every file of it is here. */
  async find(repo: string, accepts: (manifest: Manifest) => boolean): Promise<Manifest | null> {
    for (const manifest of await this.#manifests()) {
      if (manifest.repo !== repo || !accepts(manifest)) continue;
      const found = await Promise.all(manifest.files.map((file) => this.files.has(repo, file)));
      if (found.every(Boolean)) return manifest;
    }
    return null;
  }

  save(manifest: Manifest): Promise<void> {
    return putJson(this.#shelf, keyOf(manifest), manifest);
  }

  async list(): Promise<CacheContents> {
    const manifests = await this.#manifests();
    const { files, drafts } = await this.files.list();
    const isListed = ({ repo, path }: { repo: string; path: string }): boolean =>
      manifests.some((model) => model.repo === repo && model.files.some((file) => file.path === path));
    const loose = [...drafts, ...files.filter((file) => !isListed(file))];
    return {
      models: manifests.map(({ repo, id, dtype, licence, files: own }) => ({
        repo,
        id,
        dtype,
        licence,
        bytes: sum(own),
      })),
      unfinishedBytes: sum(loose),
    };
  }

  /** Forms of one repository share its tokenizer: a file goes with the last form that needs it. */
  async remove(repo: string, dtype: Manifest["dtype"]): Promise<void> {
    const manifests = await this.#manifests();
    const gone = manifests.find((model) => model.repo === repo && model.dtype === dtype);
    if (gone === undefined) return;
    await this.#shelf.delete(keyOf(gone));
    const stay = manifests.filter((model) => model !== gone && model.repo === repo).flatMap((model) => model.files);
    for (const { path } of gone.files) {
      if (!stay.some((file) => file.path === path)) await this.files.remove(repo, path);
    }
  }

  /** Everything, downloads that were broken off included. */
  async removeAll(): Promise<void> {
    const keys = await this.#shelf.keys();
    const isModel = (key: string): boolean => key.startsWith('["model"');
    for (const key of keys.filter(isModel)) await this.#shelf.delete(key);
    for (const key of keys.filter((name) => !isModel(name))) await this.#shelf.delete(key);
  }

  async #manifests(): Promise<Manifest[]> {
    const found: Manifest[] = [];
    for (const key of await this.#shelf.keys()) {
      if (!isModelKey(key)) continue;
      const parsed = v.safeParse(Manifest, await getJson(this.#shelf, key));
      if (parsed.success) found.push(parsed.output);
    }
    return found;
  }
}

function keyOf({ repo, dtype }: Pick<Manifest, "repo" | "dtype">): string {
  return JSON.stringify(["model", repo, dtype]);
}

function isModelKey(key: string): boolean {
  try {
    return v.is(Key, JSON.parse(key));
  } catch {
    return false;
  }
}

function sum(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((total, file) => total + file.bytes, 0);
}
