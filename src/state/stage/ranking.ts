/** Whether a best-of-N lane had anything to choose by: texts that all score the same have no winner. */
import { wayOf } from "../../core/combine/way.ts";
import { pushIds } from "../../core/push-ids.ts";
import { sourceById, type SourceSpec } from "../../core/sources/spec.ts";
import { strategyNow, type LaneView } from "../run/view.ts";

/** "tie": all samples score the same. "unmet": so they do, because none of them met the rule that ranks.
 * "vetoed": every sample has a wish below its floor. */
export type Ranking = "won" | "tie" | "unmet" | "vetoed";

/**
 * @param sources that the run defines
 * @returns null for a lane that is not done, that ranks nothing, or whose samples are not all scored
 */
export function rankingOf(lane: LaneView, sources: readonly SourceSpec[]): Ranking | null {
  const strategy = strategyNow(lane);
  if (lane.result === null || !("n" in strategy)) return null;
  const { scores } = lane.result;
  if (wayOf(strategy) === "veto" && scores.every((score) => score === null)) return "vetoed";
  if (scores.length < 2 || scores.some((score) => score === null)) return null;
  if (scores.some((score) => score !== scores[0])) return "won";
  const weighed = pushIds(strategy.weights).filter((id) => (strategy.weights[id] ?? 0) !== 0);
  // With goals 0 says that every one is met.
  const isUnmet =
    wayOf(strategy) === "sum" &&
    scores[0] === 0 &&
    weighed.length > 0 &&
    weighed.every((id) => sources.some((spec) => spec.id === id) && canBeUnmet(sourceById(sources, id))) &&
    weighed.every((id) => (strategy.weights[id] ?? 0) > 0);
  return isUnmet ? "unmet" : "tie";
}

/** A rule whose 0 says that the text does not have what was asked for. */
export function canBeUnmet(spec: SourceSpec): boolean {
  if (spec.type !== "rule") return false;
  const { rule } = spec;
  return rule.type === "json" || rule.type === "pattern" || (rule.type === "keywords" && rule.unwanted.length === 0);
}
