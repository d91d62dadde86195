/** The visitor's own heads in memory, with a way to be full. */
import type { HeadStore, KeptHead } from "../../../src/state/heads/head-store.ts";

export class MemoryHeadStore implements HeadStore {
  readonly kept = new Map<string, unknown>();
  isFull = false;
  list = () => Promise.resolve([...this.kept]);
  write = async (id: string, kept: KeptHead): Promise<void> => {
    if (this.isFull) throw new DOMException("the quota has been exceeded", "QuotaExceededError");
    this.kept.set(id, structuredClone(kept));
  };
  remove = async (id: string): Promise<void> => void this.kept.delete(id);
}
