/** Where the visitor's own heads lie: an IndexedDB of this origin. What comes out is unchecked; `heads.svelte.ts` checks it. */
import { createStore, del, entries, set, type UseStore } from "idb-keyval";

/** A head's file, what a trial said of it, and the lesson that taught it. */
export interface KeptHead {
  readonly file: unknown;
  readonly trial: unknown;
  /** What it was taught by; null for one that came as a file. */
  readonly lesson: unknown;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
}

export interface HeadStore {
  readonly list: () => Promise<readonly (readonly [id: string, kept: unknown])[]>;
  readonly write: (id: string, kept: KeptHead) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
}

export function indexedHeadStore(): HeadStore {
  const store: UseStore = createStore("tiller-heads", "heads");
  return {
    list: () => entries<string, unknown>(store),
    write: (id, kept) => set(id, kept, store),
    remove: (id) => del(id, store),
  };
}
