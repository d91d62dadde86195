/** Why results may be lost, or may not be joined; the words are the page's. */
import type { ErrorData } from "../../core/errors.ts";
import type { JobOutcome } from "../../core/sweep.ts";
import type { ModelRef } from "../../core/types.ts";

export type SweepTrouble =
  | { readonly type: "storage-full" | "storage-closed"; readonly unsaved: number; readonly detail: string }
  | { readonly type: "other-models" }
  | { readonly type: "failed"; readonly error: ErrorData };

/** @param lost jobs that will be decoded again after a reload, added to those of `before` */
export function storageTrouble(error: unknown, before: SweepTrouble | null, lost: number): SweepTrouble {
  const isFull = error instanceof Error && error.name === "QuotaExceededError";
  const already = before !== null && "unsaved" in before ? before.unsaved : 0;
  const detail = error instanceof Error ? error.message : String(error);
  return { type: isFull ? "storage-full" : "storage-closed", unsaved: already + lost, detail };
}

/** Results of two sets of models must not stand in one picture. */
export function isFromOthers(outcomes: ReadonlyMap<number, JobOutcome>, loaded: readonly ModelRef[]): boolean {
  const known = new Set(loaded.map(({ id, sha256 }) => `${id} ${sha256}`));
  const [first] = outcomes.values();
  return first !== undefined && !first.models.every(({ id, sha256 }) => known.has(`${id} ${sha256}`));
}
