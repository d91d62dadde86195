/** A learner's own runs in memory. */
import type { LessonRunStore } from "../../../src/state/handin/lesson-run-store.ts";

export function memoryLessonRunStore(kept = new Map<string, unknown>()): LessonRunStore {
  return {
    list: () => Promise.resolve([...kept]),
    change: (key, change) => Promise.resolve(void kept.set(key, change(kept.get(key)))),
  };
}
