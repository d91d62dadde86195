/** The order in which tables, sums and terms go through what pushes a token: objectives first, then sources. */
import { isSourceId, type SourceId } from "./sources/spec.ts";
import { OBJECTIVE_IDS } from "./ids.ts";
import type { ObjectiveId, PushId } from "./ids.ts";

/** The ids that a table has, in their one order, whatever the order of its keys. */
export function pushIds(table: object): PushId[] {
  const objectives = OBJECTIVE_IDS.filter((id) => Object.hasOwn(table, id));
  return [...objectives, ...sourceIds(table)];
}

/** Only the sources of a table. */
export function sourceIds(table: object): SourceId[] {
  return Object.keys(table)
    .filter(isSourceId)
    .toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
}

/** The ids of several tables together. */
export function pushIdsOfAll(tables: readonly object[]): PushId[] {
  return pushIds(Object.assign({}, ...tables) as object);
}

export function isObjective(id: string): id is ObjectiveId {
  return OBJECTIVE_IDS.some((known) => known === id);
}
