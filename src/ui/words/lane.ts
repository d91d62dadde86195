/** A lane's small print: what it uses beyond the base model. */
import { isObjective, pushIds, sourceIds } from "../../core/push-ids.ts";
import type { Weights } from "../../core/types.ts";
import type { StageLane } from "../../state/stage/stage.ts";
import { fixed, plural } from "./format.ts";

function termsText(weights: Weights): string {
  const [arms, sources] = [pushIds(weights).filter(isObjective).length, sourceIds(weights).length];
  if (sources === 0) return plural(arms, "ARM");
  return arms === 0 ? plural(sources, "source") : `${plural(arms, "ARM")}, ${plural(sources, "source")}`;
}

export function laneSubtitle(lane: StageLane): string {
  const { strategy, opening } = lane.request;
  if (opening !== undefined) return `from token ${opening.length}`;
  switch (strategy.id) {
    case "base":
      return "base model";
    case "genarm":
      return termsText(strategy.weights);
    case "vas":
      return `k = ${strategy.k}`;
    case "bon":
    case "soft-bon":
    case "oracle-bon": {
      const chosen = lane.view?.result?.chosen;
      if (chosen !== undefined) return `sample ${chosen + 1}`;
      return strategy.id === "soft-bon" ? `β = ${fixed(strategy.beta, 2)}` : `N = ${strategy.n}`;
    }
    default:
      return strategy satisfies never;
  }
}
