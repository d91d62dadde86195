/** The lanes on the screen: the visitor's lanes with the text of the run they belong to, or a recording's own lanes. */
import type { LaneSettings, SettingsData } from "../settings/settings-data.ts";
import { laneRequest } from "../settings/to-request.ts";
import type { LaneRequest } from "../../core/types.ts";
import { shownSample, type LaneView, type RunView } from "../run/view.ts";

export interface StageLane {
  readonly key: string;
  /** A, B, C ...: the lane's short name on the scoreboard. */
  readonly letter: string;
  /** What the lane shows now, or would run. */
  readonly request: LaneRequest;
  /** Index in the run, or null when the lane was added after it. */
  readonly index: number | null;
  readonly view: LaneView | null;
  /** Null for a recording's lane, which has nothing to set. */
  readonly settings: LaneSettings | null;
}

/**
 * Where each lane's text first parts from that of the first lane that has one, by key; lanes that never part and the first
 * itself are absent.
 */
export function partings(lanes: readonly StageLane[]): ReadonlyMap<string, number> {
  const texts = lanes.map((lane) => (lane.view === null ? [] : shownSample(lane.view).steps));
  const first = texts.find((steps) => steps.length > 0) ?? [];
  const found = new Map<string, number>();
  for (const [i, steps] of texts.entries()) {
    const position = steps.findIndex((step, at) => step.token !== first[at]?.token);
    if (position >= 0) found.set(lanes[i]?.key ?? "", position);
  }
  return found;
}

const letterOf = (index: number): string => String.fromCharCode(65 + index);

export function stageLanes(
  settings: SettingsData,
  view: RunView,
  laneIds: readonly string[],
  source: "none" | "live" | "recorded",
): readonly StageLane[] {
  if (source === "recorded" && laneIds.length === 0) {
    return view.lanes.map((lane, index) => ({
      key: `recorded-${index}`,
      letter: letterOf(index),
      request: lane.request,
      index,
      view: lane,
      settings: null,
    }));
  }
  return settings.lanes.map((lane, position) => {
    const found = laneIds.indexOf(lane.id);
    const shown = found === -1 ? undefined : view.lanes[found];
    return {
      key: lane.id,
      letter: letterOf(position),
      request: shown?.request ?? laneRequest(settings, lane),
      index: shown === undefined ? null : found,
      view: shown ?? null,
      settings: lane,
    };
  });
}

/** What a lane says, as text. */
export function answerOf({ view }: StageLane): string {
  if (view === null) return "";
  return shownSample(view)
    .steps.map((step) => step.text)
    .join("")
    .trim();
}
