/** Who of a best-of-N lane's samples would win under each way of combining, and the weights of a lane that move. */
import { movingOf } from "../../core/combine/moving.ts";
import { wayOf } from "../../core/combine/way.ts";
import { winnersUnder, type VerdictId } from "../../core/combine/winners.ts";
import { pushIds } from "../../core/push-ids.ts";
import { membersOf } from "../../core/selection.ts";
import type { PushId } from "../../core/types.ts";
import { waySettings } from "../settings/combine-data.ts";
import type { SettingsData } from "../settings/settings-data.ts";
import { sliderEnds, strategyOf } from "../settings/to-request.ts";
import { strategyNow, type LaneView } from "../run/view.ts";
import type { StageLane } from "./stage.ts";
import { sampleResults } from "./sample-board.ts";

export interface WayWinner {
  readonly way: VerdictId;
  /** Number of the sample; null where no sample has a score. */
  readonly sample: number | null;
  readonly score: number | null;
  /** Others that score the same. */
  readonly tied: number;
  /** Empty where the recording kept none. */
  readonly text: string;
  /** The way that the lane itself went. */
  readonly isUsed: boolean;
}

/** Null for a lane that is not done, ranks nothing, or whose ranking is by the truth. */
export function wayWinners(lane: LaneView, settings: SettingsData): readonly WayWinner[] | null {
  const strategy = strategyNow(lane);
  if (lane.result === null || !("n" in strategy) || strategy.id === "oracle-bon") return null;
  const results = sampleResults(lane);
  if (results.length < 2) return null;
  const own = strategy.combine;
  const asked = waySettings(settings.combine, strategy.weights, sliderEnds(settings));
  // The lane's own way has the numbers that it ran with.
  const ways = own === undefined ? asked.ways : { ...asked.ways, [own.type]: own };
  const hasMembers = results.some(({ rewardMembers }) => membersOf(rewardMembers) > 1);
  // Of one judge the mean and the worst are the same: the sum says it already.
  const isSaid = (way: VerdictId): boolean => way === "uncertainty" || (way === "robust" && wayOf(strategy) !== way);
  const verdicts = winnersUnder(strategy, results, { ...asked, ways }).filter(({ way }) => hasMembers || !isSaid(way));
  return verdicts.map(({ way, winner, scores, tied }) => {
    const result = winner === null ? undefined : results[winner];
    return {
      way,
      sample: result?.sample ?? null,
      score: winner === null ? null : (scores[winner] ?? null),
      tied,
      text: result?.text.trim() ?? "",
      isUsed: way === wayOf(strategy),
    };
  });
}

/** Whether the sliders ask for other weights than a lane began with whose weights moved: nothing can re-weigh its text. */
export function isMovedOn({ view, settings: own }: StageLane, settings: SettingsData): boolean {
  if (view === null || own === null || view.moves.length === 0) return false;
  return JSON.stringify(strategyNow(view)) !== JSON.stringify(strategyOf(settings, own));
}

export interface MovingWish {
  readonly id: PushId;
  readonly weight: number;
  /** Where it began, and the largest size that the picture must hold. */
  readonly start: number;
  readonly reach: number;
  /** Of the text so far, in the direction of the wish; null before the first step and where it has none. */
  readonly reward: number | null;
  /** In the same direction; null where the way has no goals. */
  readonly target: number | null;
}

/** The wishes of a lane whose weights move; empty for other lanes. */
export function movingWishes(lane: LaneView): readonly MovingWish[] {
  const strategy = strategyNow(lane);
  const combine = movingOf(strategy);
  if (combine === null || strategy.id === "base") return [];
  const { weights } = strategy;
  const last = lane.moves.at(-1);
  return pushIds(weights).flatMap((id): MovingWish[] => {
    const start = weights[id] ?? 0;
    if (start === 0) return [];
    const weight = last?.weights[id] ?? start;
    const reward = last?.rewards[id] ?? null;
    const seen = lane.moves.map((move) => Math.abs(move.weights[id] ?? 0));
    const total = Object.values(weights).reduce((sum, each) => sum + Math.abs(each), 0);
    const end = combine.type === "goals" ? (combine.most[id] ?? 0) : total;
    return [
      {
        id,
        weight,
        start,
        reach: Math.max(end, Math.abs(start), ...seen),
        reward: reward === null ? null : Math.sign(start) * reward,
        target: combine.type === "goals" ? (combine.targets[id] ?? null) : null,
      },
    ];
  });
}
