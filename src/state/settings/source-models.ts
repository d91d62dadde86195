/** Which models the visitor can choose from in a source. */
import type { LoadReport } from "../../../workers/protocol.ts";
import { POLICY, modelsAsked, type SourceSpec } from "../../core/sources/spec.ts";
import { OBJECTIVE_IDS } from "../../core/types.ts";
import type { SourceModels } from "./source-drafts.ts";

/** The policy stands under its one alias, whatever its id. Before any is loaded, what comes with the page; models that a source names stay in its list, loaded or not. */
export function sourceModels(report: LoadReport | null, sources: readonly SourceSpec[]): SourceModels {
  const loaded =
    report === null
      ? OBJECTIVE_IDS.map((id) => `arm-${id}`)
      : report.models.flatMap(({ id, kind }) => (kind === "arm" || kind === "reader" ? [id] : []));
  const named = sources.flatMap((spec) => (spec.type === "classifier" ? [] : modelsAsked(spec)));
  return {
    readers: [...new Set([POLICY, ...loaded, ...named])].filter((id) => id !== ""),
    classifiers: report?.classifiers ?? [],
  };
}
