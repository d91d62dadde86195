/** Clicks in memory, with a way to be full. */
import type { ClickStore } from "../../../src/state/clicks/click-store.ts";
import type { Session } from "../../../src/state/clicks/session.ts";

export class MemoryClickStore implements ClickStore {
  kept: unknown = undefined;
  isFull = false;
  read = () => Promise.resolve(this.kept);
  write = async (session: Session): Promise<void> => {
    if (this.isFull) throw new DOMException("the quota has been exceeded", "QuotaExceededError");
    this.kept = structuredClone(session);
  };
  remove = async (): Promise<void> => void (this.kept = undefined);
}
