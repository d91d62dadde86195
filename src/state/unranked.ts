/** What best-of-N would have to rank by and the chosen judge does not score: said before anything is decoded. */
import { JUDGES, unjudged, type JudgeId } from "../core/judges.ts";
import { isPooled, type SweepSetting } from "../core/sweep.ts";
import { OBJECTIVE_IDS, type ObjectiveId, type Weights } from "../core/types.ts";
import type { SettingsData } from "./settings-data.ts";
import { strategyOf } from "./to-request.ts";

export function unrankedInLanes(data: SettingsData): ObjectiveId[] {
  const strategies = data.lanes.map((lane) => strategyOf(data, lane));
  return unranked(
    strategies.flatMap((strategy) => (strategy.id === "bon" || strategy.id === "soft-bon" ? [strategy.weights] : [])),
    data.judge,
  );
}

export function unrankedInSweep(settings: readonly SweepSetting[], judge: JudgeId): ObjectiveId[] {
  return unranked(
    settings.filter(isPooled).map(({ weights }) => weights),
    judge,
  );
}

function unranked(wishes: readonly Weights[], judge: JudgeId): ObjectiveId[] {
  const found = new Set(wishes.flatMap((weights) => unjudged(weights, JUDGES[judge])));
  return OBJECTIVE_IDS.filter((id) => found.has(id));
}
