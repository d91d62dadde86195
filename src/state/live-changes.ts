/** What a live run can take over of moved settings. */
import type { LaneChange } from "../core/types.ts";
import type { SettingsData } from "./settings-data.ts";
import { comparable, weighedBy } from "./sources.ts";
import { changeOf, strategyOf } from "./to-request.ts";
import type { RunView } from "./view.ts";

/** Of each lane that still decodes by its method, by its index in the run; a prompt of another kind changes none. */
export function liveChanges(
  settings: SettingsData,
  { request, lanes }: RunView,
  laneIds: readonly string[],
): readonly { readonly index: number; readonly change: LaneChange }[] {
  if (request === null || settings.kind !== request.kind) return [];
  const known = comparable(settings, request);
  return laneIds.flatMap((id, index) => {
    const lane = settings.lanes.find((each) => each.id === id);
    if (lane === undefined || lane.strategy !== lanes[index]?.request.strategy.id) return [];
    const change = changeOf(weighedBy(strategyOf(settings, lane), known));
    return change === null ? [] : [{ index, change }];
  });
}
