import type { JobOutcome, SweepPlan } from "../../../src/core/sweep.ts";
import { savedFrom, type SweepStore } from "../../../src/state/sweep/store.ts";

/** A store that survives the sweep which wrote it, as IndexedDB survives a reload; it copies what crosses. */
export class MemoryStore implements SweepStore {
  records = new Map<string | number, unknown>();
  /** Thrown by every write from now on. */
  failure: Error | null = null;

  #write(key: string | number, value: unknown): Promise<void> {
    if (this.failure !== null) return Promise.reject(this.failure);
    this.records.set(key, structuredClone(value));
    return Promise.resolve();
  }
  load = () => Promise.resolve(savedFrom([...structuredClone(this.records)]));
  begin = async (plan: SweepPlan): Promise<void> => {
    if (this.failure === null) this.records.clear();
    await this.#write("plan", plan);
  };
  extend = (plan: SweepPlan): Promise<void> => this.#write("plan", plan);
  put = (job: number, outcome: JobOutcome): Promise<void> => this.#write(job, outcome);
  clear = (): Promise<void> => {
    this.records.clear();
    return Promise.resolve();
  };
}
