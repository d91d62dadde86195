/** Folders that a visitor chose, kept as the browser's handles: it asks again before one is read after a reload. */
import { createStore, del, set, values, type UseStore } from "idb-keyval";

export interface FileEntry {
  readonly kind: "file";
  readonly getFile: () => Promise<Blob>;
}

/** As much of a directory handle as is used; TypeScript's own types lack the permission. */
export interface FolderEntry {
  readonly kind: "directory";
  readonly name: string;
  entries(): AsyncIterable<readonly [name: string, entry: FileEntry | FolderEntry]>;
  requestPermission?(wish: { readonly mode: "read" }): Promise<PermissionState>;
}

/** Every call may reject: the picker can be forbidden in a frame, and the database taken away. */
export interface FolderShelf {
  /** Null where the visitor changed their mind. */
  readonly pick: () => Promise<FolderEntry | null>;
  readonly list: () => Promise<readonly FolderEntry[]>;
  /** In place of another folder of that name. */
  readonly keep: (folder: FolderEntry) => Promise<void>;
  readonly forget: (name: string) => Promise<void>;
}

type Picker = (options: { readonly id: string; readonly mode: "read" }) => Promise<FolderEntry>;

/** Null in browsers without handles (Firefox, Safari): there a folder is chosen anew each time. */
export function browserFolderShelf(): FolderShelf | null {
  const { showDirectoryPicker: picker } = globalThis as { readonly showDirectoryPicker?: Picker };
  if (picker === undefined) return null;
  let opened: UseStore | null = null;
  const store = (): UseStore => (opened ??= createStore("tiller-folders", "handles"));
  return {
    pick: async () => {
      try {
        return await picker({ id: "tiller-model", mode: "read" });
      } catch (error) {
        if (error instanceof DOMException && error.name === "AbortError") return null;
        throw error;
      }
    },
    list: () => values<FolderEntry>(store()),
    keep: (folder) => set(folder.name, folder, store()),
    forget: (name) => del(name, store()),
  };
}
