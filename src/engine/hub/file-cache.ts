/**
 * Files in pieces on a shelf. A file counts only when its record lies there, and the record is written last; what is
 * unfinished has a draft's record instead, so that a later download goes on behind the last whole piece.
 */
import * as v from "valibot";
import type { RepoFile } from "./repo.ts";
import { getJson, putJson, type Shelf } from "./shelf.ts";

const PIECE_BYTES = 16 * 2 ** 20;

const Record = v.object({ bytes: v.number(), version: v.nullable(v.string()), pieces: v.number() });
const DraftRecord = v.object({ version: v.nullable(v.string()), tag: v.nullable(v.string()), pieceBytes: v.number() });
const Key = v.union([
  v.tuple([v.picklist(["file", "draft"]), v.string(), v.string()]),
  v.tuple([v.literal("piece"), v.string(), v.string(), v.number()]),
]);

export interface KeptFile {
  readonly repo: string;
  readonly path: string;
  readonly bytes: number;
}

export class FileCache {
  readonly #shelf: Shelf;
  readonly #pieceBytes: number;

  constructor(shelf: Shelf, pieceBytes: number = PIECE_BYTES) {
    this.#shelf = shelf;
    this.#pieceBytes = pieceBytes;
  }

  /** Whether the whole file is here, in the version that the listing names. */
  async has(repo: string, file: RepoFile): Promise<boolean> {
    const record = await this.#record(repo, file.path);
    return record !== null && record.bytes === file.bytes && (file.version === null || record.version === file.version);
  }

  /** The whole file, or null when any of it is missing: the browser may throw pieces out on its own. */
  async read(repo: string, path: string): Promise<Uint8Array | null> {
    const record = await this.#record(repo, path);
    if (record === null) return null;
    const whole = new Uint8Array(record.bytes);
    let offset = 0;
    for (let index = 0; index < record.pieces; index += 1) {
      const piece = await this.#shelf.get(pieceKey(repo, path, index));
      if (piece === null || offset + piece.byteLength > record.bytes) return null;
      whole.set(piece, offset);
      offset += piece.byteLength;
    }
    return offset === record.bytes ? whole : null;
  }

  /** A download of the file: a new one, or one that was broken off. */
  async draft(repo: string, file: RepoFile): Promise<Draft> {
    const parsed = v.safeParse(DraftRecord, await getJson(this.#shelf, key("draft", repo, file.path)));
    const isSame =
      parsed.success && parsed.output.version === file.version && parsed.output.pieceBytes === this.#pieceBytes;
    const draft = new Draft(this.#shelf, repo, file, this.#pieceBytes, isSame ? parsed.output.tag : null);
    if (isSame) await draft.takeUp();
    else await draft.discard();
    return draft;
  }

  async remove(repo: string, path: string): Promise<void> {
    // The record first: from here on the file does not count, whatever happens to its pieces.
    for (const kind of ["file", "draft"]) await this.#shelf.delete(key(kind, repo, path));
    await dropPieces(this.#shelf, repo, path);
  }

  /** Every whole file, and the bytes of drafts, by repository and path. */
  async list(): Promise<{ readonly files: readonly KeptFile[]; readonly drafts: readonly KeptFile[] }> {
    const files: KeptFile[] = [];
    const drafts: KeptFile[] = [];
    const keys = (await this.#shelf.keys()).map(readKey);
    for (const found of keys) {
      if (found === null || found[0] === "piece") continue;
      const [kind, repo, path] = found;
      const pieces = keys.filter((other) => other?.[0] === "piece" && other[1] === repo && other[2] === path).length;
      const record = kind === "file" ? await this.#record(repo, path) : null;
      if (record !== null) files.push({ repo, path, bytes: record.bytes });
      else drafts.push({ repo, path, bytes: pieces * this.#pieceBytes });
    }
    return { files, drafts };
  }

  async #record(repo: string, path: string): Promise<v.InferOutput<typeof Record> | null> {
    const parsed = v.safeParse(Record, await getJson(this.#shelf, key("file", repo, path)));
    return parsed.success ? parsed.output : null;
  }
}

/** A file on its way: bytes are appended in order, whole pieces go to the shelf, the rest waits in memory. */
export class Draft {
  readonly #shelf: Shelf;
  readonly #repo: string;
  readonly #file: RepoFile;
  readonly #pieceBytes: number;
  /** What the server called this version when the download began. */
  tag: string | null;
  #pieces = 0;
  #open: Uint8Array;
  #filled = 0;

  constructor(shelf: Shelf, repo: string, file: RepoFile, pieceBytes: number, tag: string | null) {
    this.#shelf = shelf;
    this.#repo = repo;
    this.#file = file;
    this.#pieceBytes = pieceBytes;
    this.tag = tag;
    this.#open = new Uint8Array(Math.min(pieceBytes, Math.max(1, file.bytes)));
  }

  get bytes(): number {
    return this.#pieces * this.#pieceBytes + this.#filled;
  }

  /** Counts the pieces of an earlier download. */
  async takeUp(): Promise<void> {
    const most = Math.floor(this.#file.bytes / this.#pieceBytes);
    while (this.#pieces < most) {
      const piece = await this.#shelf.get(pieceKey(this.#repo, this.#file.path, this.#pieces));
      if (piece?.byteLength !== this.#pieceBytes) break;
      this.#pieces += 1;
    }
  }

  async append(chunk: Uint8Array): Promise<void> {
    for (let offset = 0; offset < chunk.byteLength;) {
      const part = chunk.subarray(offset, offset + this.#open.byteLength - this.#filled);
      this.#open.set(part, this.#filled);
      this.#filled += part.byteLength;
      offset += part.byteLength;
      if (this.#filled === this.#pieceBytes) await this.#putPiece();
    }
  }

  /** Starts again from nothing. */
  async discard(): Promise<void> {
    this.#pieces = 0;
    this.#filled = 0;
    this.tag = null;
    await this.#shelf.delete(key("file", this.#repo, this.#file.path));
    await this.#shelf.delete(key("draft", this.#repo, this.#file.path));
    await dropPieces(this.#shelf, this.#repo, this.#file.path);
  }

  /** All bytes so far, for the check of their hash. */
  async contents(): Promise<Uint8Array> {
    const whole = new Uint8Array(this.bytes);
    for (let index = 0; index < this.#pieces; index += 1) {
      const piece = await this.#shelf.get(pieceKey(this.#repo, this.#file.path, index));
      whole.set(piece ?? new Uint8Array(0), index * this.#pieceBytes);
    }
    whole.set(this.#open.subarray(0, this.#filled), this.#pieces * this.#pieceBytes);
    return whole;
  }

  /** Makes the draft a file that counts. */
  async finish(): Promise<void> {
    const { path, version } = this.#file;
    const bytes = this.bytes;
    if (this.#filled > 0) await this.#putPiece();
    await putJson(this.#shelf, key("file", this.#repo, path), { bytes, version, pieces: this.#pieces });
    await this.#shelf.delete(key("draft", this.#repo, path));
  }

  async #putPiece(): Promise<void> {
    const { path, version } = this.#file;
    if (this.#pieces === 0) {
      const record = { version, tag: this.tag, pieceBytes: this.#pieceBytes };
      await putJson(this.#shelf, key("draft", this.#repo, path), record);
    }
    await this.#shelf.put(pieceKey(this.#repo, path, this.#pieces), this.#open.subarray(0, this.#filled));
    this.#pieces += 1;
    this.#filled = 0;
  }
}

async function dropPieces(shelf: Shelf, repo: string, path: string): Promise<void> {
  for (const name of await shelf.keys()) {
    const found = readKey(name);
    if (found?.[0] === "piece" && found[1] === repo && found[2] === path) await shelf.delete(name);
  }
}

function key(kind: string, repo: string, path: string): string {
  return JSON.stringify([kind, repo, path]);
}

function pieceKey(repo: string, path: string, index: number): string {
  return JSON.stringify(["piece", repo, path, index]);
}

function readKey(name: string): v.InferOutput<typeof Key> | null {
  try {
    const parsed = v.safeParse(Key, JSON.parse(name));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
