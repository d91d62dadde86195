/** What best-of-N would have to rank by and the chosen judge does not score: said before anything is decoded. */
import { JUDGES, unjudged, type JudgeId } from "../../core/judges.ts";
import { isPooled, type SweepSetting } from "../../core/sweep.ts";
import { OBJECTIVE_IDS, type ObjectiveId, type Strategy } from "../../core/types.ts";
import type { SettingsData } from "./settings-data.ts";
import { strategyOf } from "./to-request.ts";

/** Of one lane; empty for strategies that the judge does not rank. */
export function unrankedBy(strategy: Strategy, judge: JudgeId): ObjectiveId[] {
  const isJudged =
    strategy.id === "bon" || strategy.id === "soft-bon" || (strategy.id === "blockwise" && strategy.by === "judge");
  return isJudged ? unjudged(strategy.weights, JUDGES[judge]) : [];
}

export function unrankedInLanes(data: SettingsData): ObjectiveId[] {
  return distinct(data.lanes.flatMap((lane) => unrankedBy(strategyOf(data, lane), data.judge)));
}

export function unrankedInSweep(settings: readonly SweepSetting[], judge: JudgeId): ObjectiveId[] {
  return distinct(settings.filter(isPooled).flatMap(({ weights }) => unjudged(weights, JUDGES[judge])));
}

function distinct(found: readonly ObjectiveId[]): ObjectiveId[] {
  return OBJECTIVE_IDS.filter((id) => found.includes(id));
}
