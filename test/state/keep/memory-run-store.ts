import type { RunStore } from "../../../src/state/keep/run-store.ts";

/** A `RunStore` in memory that refuses when told to. */
export class MemoryRunStore implements RunStore {
  readonly abouts = new Map<string, unknown>();
  readonly traces = new Map<string, unknown>();
  /** What every call throws while it is set. */
  refusal: unknown = null;

  list = async () => this.#answer([...this.abouts]);
  read = async (id: string) => this.#answer(this.traces.get(id));
  write = async (id: string, about: unknown, trace: unknown) => {
    this.#answer(null);
    this.abouts.set(id, about);
    this.traces.set(id, trace);
  };
  describe = async (id: string, about: unknown) => {
    this.#answer(null);
    this.abouts.set(id, about);
  };
  remove = async (id: string) => {
    this.#answer(null);
    this.abouts.delete(id);
    this.traces.delete(id);
  };

  #answer<T>(value: T): T {
    if (this.refusal !== null) throw this.refusal;
    return value;
  }
}
