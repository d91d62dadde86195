/** Why results may be lost, or may not be joined; the words are the page's. */
import type { ErrorData } from "../../core/errors.ts";
import type { JudgeId } from "../../core/judges.ts";
import type { JobOutcome, SweepSetting } from "../../core/sweep.ts";
import type { ModelRef, ObjectiveId } from "../../core/types.ts";
import { unrankedInSweep } from "../settings/unranked.ts";
import { modelsOf } from "./points.ts";

export type SweepTrouble =
  | { readonly type: "storage-full" | "storage-closed"; readonly unsaved: number; readonly detail: string }
  | { readonly type: "other-models" }
  | { readonly type: "unranked"; readonly objectives: readonly ObjectiveId[] }
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
  return !modelsOf(outcomes).every(({ id, sha256 }) => known.has(`${id} ${sha256}`));
}

/** Best-of-N among `settings` would rank by what the judge does not score; null where it can rank. */
export function rankingTrouble(settings: readonly SweepSetting[], judge: JudgeId): SweepTrouble | null {
  const unranked = unrankedInSweep(settings, judge);
  return unranked.length === 0 ? null : { type: "unranked", objectives: unranked };
}
