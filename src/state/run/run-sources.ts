/** The visitor's sources beside those of a run: a run knows the sources that it began with, as they were then. */
import { isObjective, pushIds } from "../../core/push-ids.ts";
import type { SourceId } from "../../core/sources/spec.ts";
import type { RunRequest, Strategy } from "../../core/types.ts";
import type { SettingsData } from "../settings/settings-data.ts";

/** The sources that say the same now as when the run began. */
export function comparable({ sources }: SettingsData, request: RunRequest): ReadonlySet<SourceId> {
  const ran = new Map((request.sources ?? []).map((spec) => [spec.id, meaningOf(spec)]));
  return new Set(sources.filter((spec) => ran.get(spec.id) === meaningOf(spec)).map(({ id }) => id));
}

/** What a run can take over of a strategy: sources that it does not know keep out. */
export function weighedBy(strategy: Strategy, known: ReadonlySet<SourceId>): Strategy {
  if (strategy.id === "base") return strategy;
  const ids = pushIds(strategy.weights).filter((id) => isObjective(id) || known.has(id));
  const weights = Object.fromEntries(ids.map((id) => [id, strategy.weights[id] ?? 0]));
  return { ...strategy, weights };
}

/** A name says nothing of what a source does. */
function meaningOf(spec: object): string {
  return JSON.stringify(Object.entries({ ...spec, name: "" }).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
