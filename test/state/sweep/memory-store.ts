import { sweepStore, type SweepDatabase, type SweepStore } from "../../../src/state/sweep/store.ts";

/** A database that survives the sweep which wrote it, as IndexedDB survives a reload; it copies what crosses. */
export class MemoryDatabase implements SweepDatabase {
  readonly records = new Map<string, unknown>();
  /** Thrown by every write from now on. */
  failure: Error | null = null;

  read = () => Promise.resolve([...structuredClone(this.records)]);
  get = (key: string) => Promise.resolve(structuredClone(this.records.get(key)));
  set = (key: string, value: unknown): Promise<void> => {
    if (this.failure !== null) return Promise.reject(this.failure);
    this.records.set(key, structuredClone(value));
    return Promise.resolve();
  };
  clear = (): Promise<void> => {
    if (this.failure !== null) return Promise.reject(this.failure);
    this.records.clear();
    return Promise.resolve();
  };
}

let stores = 0;

/** The real store of one tab over such a database. */
export class MemoryStore implements SweepStore {
  readonly database: MemoryDatabase;
  readonly #store: SweepStore;

  constructor(database = new MemoryDatabase()) {
    this.database = database;
    const tab = (stores += 1);
    let sweeps = 0;
    this.#store = sweepStore(() => `tab ${tab}, sweep ${(sweeps += 1)}`, database);
  }

  get records(): ReadonlyMap<string, unknown> {
    return this.database.records;
  }
  set failure(failure: Error | null) {
    this.database.failure = failure;
  }
  load = () => this.#store.load();
  begin: SweepStore["begin"] = (plan) => this.#store.begin(plan);
  extend: SweepStore["extend"] = (plan) => this.#store.extend(plan);
  put: SweepStore["put"] = (job, outcome) => this.#store.put(job, outcome);
  clear = () => this.#store.clear();
}
