/** Folders with models that the browser remembers for the visitor; their files are read where they lie. */
import type { ModelAddress } from "../../../workers/protocol.ts";
import type { FileEntry, FolderEntry, FolderShelf } from "./folder-shelf.ts";

type FolderAddress = ModelAddress & { readonly kind: "folder" };

/** A Hub's layout is two folders deep; more would only walk through somebody's disk. */
const DEPTH = 2;
const MOST_FILES = 500;

export class Folders {
  remembered = $state.raw<readonly FolderEntry[]>([]);
  /** What the browser answered instead of a folder; null while all is well. */
  problem = $state<"refused" | "empty" | "gone" | null>(null);
  readonly #shelf: FolderShelf | null;

  constructor(shelf: FolderShelf | null) {
    this.#shelf = shelf;
  }

  /** Whether this browser can remember folders at all. */
  get isAvailable(): boolean {
    return this.#shelf !== null;
  }

  async look(): Promise<void> {
    // A database that is taken away forgets folders, and nothing else stops working.
    this.remembered = (await this.#shelf?.list().catch(() => [])) ?? [];
  }

  /** Asks the visitor for a folder and remembers it. @returns null where there is none, with the problem if there is one */
  async choose(): Promise<FolderAddress | null> {
    this.problem = null;
    const folder = await this.#shelf?.pick().catch(() => {
      this.problem = "refused";
      return null;
    });
    const address = folder === null || folder === undefined ? null : await this.#read(folder);
    if (folder !== null && folder !== undefined && address !== null) {
      await this.#shelf?.keep(folder).catch(() => undefined);
      await this.look();
    }
    return address;
  }

  /** Reads a remembered folder; after a reload the browser asks the visitor first. */
  async open(folder: FolderEntry): Promise<FolderAddress | null> {
    this.problem = null;
    const permission = await folder.requestPermission?.({ mode: "read" }).catch(() => "denied" as const);
    if (permission === undefined || permission === "granted") return this.#read(folder);
    this.problem = "refused";
    return null;
  }

  async forget(folder: FolderEntry): Promise<void> {
    await this.#shelf?.forget(folder.name).catch(() => undefined);
    await this.look();
  }

  async #read(folder: FolderEntry): Promise<FolderAddress | null> {
    const files: FolderAddress["files"][number][] = [];
    try {
      await walk(folder, "", DEPTH, async (path, entry) => {
        if (files.length < MOST_FILES) files.push({ path, blob: await entry.getFile() });
      });
    } catch {
      // Moved, renamed or deleted since it was chosen.
      this.problem = "gone";
      return null;
    }
    if (files.length > 0) return { kind: "folder", id: folder.name, files };
    this.problem = "empty";
    return null;
  }
}

async function walk(
  folder: FolderEntry,
  prefix: string,
  depth: number,
  take: (path: string, entry: FileEntry) => Promise<void>,
): Promise<void> {
  for await (const [name, entry] of folder.entries()) {
    if (name.startsWith(".")) continue;
    if (entry.kind === "file") await take(prefix + name, entry);
    else if (depth > 1) await walk(entry, `${prefix}${name}/`, depth - 1, take);
  }
}
