/** Where saved runs lie: an IndexedDB of this origin. What comes out is unchecked; `saved-runs.svelte.ts` checks it. */
import { createStore, delMany, get, getMany, keys, set, setMany, type UseStore } from "idb-keyval";

export interface RunStore {
  /** What is said about each run, without the runs themselves. */
  readonly list: () => Promise<readonly (readonly [id: string, about: unknown])[]>;
  /** The run's trace file; undefined where there is none. */
  readonly read: (id: string) => Promise<unknown>;
  /** Both or neither. */
  readonly write: (id: string, about: unknown, trace: unknown) => Promise<void>;
  readonly describe: (id: string, about: unknown) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
}

const ABOUT = "about/";
const TRACE = "trace/";
/** A database that does not answer (a browser may wait for another tab for ever) is as good as none. */
const PATIENCE_MS = 8000;

export function indexedRunStore(sleep: (ms: number) => Promise<void>): RunStore {
  const store: UseStore = createStore("tiller-runs", "runs");
  /** Also turns what a forbidden database throws at once into a rejection. */
  const asked = async <T>(ask: () => Promise<T>): Promise<T> => {
    const late = sleep(PATIENCE_MS).then((): never => {
      throw new Error(`the database did not answer within ${PATIENCE_MS / 1000} seconds`);
    });
    return Promise.race([ask(), late]);
  };
  return {
    list: () =>
      asked(async () => {
        const found = await keys(store);
        const abouts = found.filter((key): key is string => typeof key === "string" && key.startsWith(ABOUT));
        const values = await getMany<unknown>(abouts, store);
        return abouts.map((key, i) => [key.slice(ABOUT.length), values[i]] as const);
      }),
    read: (id) => asked(() => get<unknown>(TRACE + id, store)),
    write: (id, about, trace) =>
      asked(() =>
        setMany(
          [
            [ABOUT + id, about],
            [TRACE + id, trace],
          ],
          store,
        ),
      ),
    describe: (id, about) => asked(() => set(ABOUT + id, about, store)),
    remove: (id) => asked(() => delMany([ABOUT + id, TRACE + id], store)),
  };
}
