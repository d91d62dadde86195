/** The parts of a lesson in an IndexedDB of this origin, under the lesson's keys and their numbers in it. */
import { createStore, delMany, get, keys, set } from "idb-keyval";
import type { LessonShelf } from "../src/engine/teach/lesson-shelf.ts";

const NUMBER = /^(\d{6}) ([\s\S]*)$/;

/** Null where the browser has no such storage. */
export function indexedShelf(): LessonShelf | null {
  if (!("indexedDB" in globalThis)) return null;
  const store = createStore("tiller-lessons", "parts");
  const placesOf = async (isWanted: (key: string) => boolean): Promise<readonly string[]> => {
    const all = (await keys<string>(store)).filter((place) => isWanted(NUMBER.exec(place)?.[2] ?? ""));
    return all.toSorted();
  };
  return {
    read: (key) =>
      quietly(async () => {
        const places = await placesOf((own) => own === key);
        return Promise.all(places.map((place) => get<unknown>(place, store)));
      }, []),
    add: (key, part) =>
      quietly(async () => {
        const { length } = await placesOf((own) => own === key);
        await set(`${String(length).padStart(6, "0")} ${key}`, part, store);
      }, undefined),
    keepOnly: (wanted) =>
      quietly(async () => delMany([...(await placesOf((own) => !wanted.includes(own)))], store), undefined),
  };
}

/** Storage may be forbidden or full. A lesson that cannot be kept is taught all the same. */
async function quietly<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch {
    return otherwise;
  }
}
