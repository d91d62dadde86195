/**
 * Where a learner's own runs of lessons lie: an IndexedDB of this origin. What comes out is unchecked; `own-runs.ts` checks
 * it. Where the browser forbids the database, they are kept until the page is closed.
 */
import { createStore, entries, update, type UseStore } from "idb-keyval";

export interface LessonRunStore {
  readonly list: () => Promise<readonly (readonly [key: string, kept: unknown])[]>;
  readonly change: (key: string, change: (kept: unknown) => unknown) => Promise<void>;
}

export function indexedLessonRunStore(): LessonRunStore {
  let opened: UseStore | null = null;
  const store = (): UseStore => (opened ??= createStore("tiller-lesson-runs", "runs"));
  const inMemory = new Map<string, unknown>();
  return {
    async list() {
      const kept = await entries<string, unknown>(store()).catch(() => []);
      return [...new Map([...kept, ...inMemory])];
    },
    async change(key, change) {
      try {
        await update<unknown>(key, change, store());
      } catch {
        inMemory.set(key, change(inMemory.get(key)));
      }
    },
  };
}
