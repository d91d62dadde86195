/** What a live run can take over of moved settings. */
import { judgeAmong } from "../../core/judges.ts";
import type { LaneChange } from "../../core/types.ts";
import type { SettingsData } from "../settings/settings-data.ts";
import { comparable, weighedBy } from "./run-sources.ts";
import { changeOf, strategyOf } from "../settings/to-request.ts";
import { unrankedBy } from "../settings/unranked.ts";
import type { RunView } from "./view.ts";

/**
 * Of each lane that still decodes by its strategy, by its index in the run; a prompt of another kind changes none. A wish
 * that the run's judge cannot rank by would end the run: that lane keeps what it has.
 */
export function liveChanges(
  settings: SettingsData,
  { request, lanes, models }: RunView,
  laneIds: readonly string[],
): readonly { readonly index: number; readonly change: LaneChange }[] {
  if (request === null || settings.kind !== request.kind) return [];
  const known = comparable(settings, request);
  const judge = judgeAmong(models);
  return laneIds.flatMap((id, index) => {
    const lane = settings.lanes.find((each) => each.id === id);
    if (lane === undefined || lane.strategy !== lanes[index]?.request.strategy.id) return [];
    const strategy = weighedBy(strategyOf(settings, lane), known);
    const change = changeOf(strategy);
    const isUnranked = judge !== null && unrankedBy(strategy, judge).length > 0;
    return change === null || isUnranked ? [] : [{ index, change }];
  });
}
