/** Where the clicks lie: an IndexedDB of this origin. What comes out is unchecked; `session.ts` checks it. */
import { createStore, del, get, set, type UseStore } from "idb-keyval";
import type { Session } from "./session.ts";

export interface ClickStore {
  /** Undefined where nothing is kept. */
  readonly read: () => Promise<unknown>;
  readonly write: (session: Session) => Promise<void>;
  readonly remove: () => Promise<void>;
}

const KEY = "session";

export function indexedClickStore(): ClickStore {
  const store: UseStore = createStore("tiller-clicks", "clicks");
  return {
    read: () => get<unknown>(KEY, store),
    write: (session) => set(KEY, session, store),
    remove: () => del(KEY, store),
  };
}
