/** The trade-off map: dots on two objectives, the front of each strategy, and the area that it covers. */
import { meanInterval } from "../../core/stats.ts";
import { hypervolume, nonDominated, type Point } from "../../core/metrics.ts";
import { settingsOf, type SweepStrategy, type SweepPlan, type SweepSetting } from "../../core/sweep.ts";
import { STRATEGY_IDS } from "../settings/settings-data.ts";
import type { ObjectiveId } from "../../core/types.ts";
import { groupBy } from "./group-by.ts";
import { ruleName, type SweepPoint } from "./points.ts";

export const MEASURES = ["truth", "judge"] as const;
export type MapMeasure = (typeof MEASURES)[number];
export const GRAINS = ["settings", "runs"] as const;
/** One dot for each setting, its mean over prompts and seeds, or one for each run. */
export type Grain = (typeof GRAINS)[number];

export interface MapView {
  readonly a: ObjectiveId;
  readonly b: ObjectiveId;
  readonly measure: MapMeasure;
  readonly grain: Grain;
}

export interface Dot {
  readonly id: string;
  readonly strategy: SweepStrategy;
  readonly setting: SweepSetting;
  readonly x: number;
  readonly y: number;
  /** Runs behind the dot in which both objectives are defined. */
  readonly runs: number;
  /** On the front of its strategy: no other dot of the strategy is as good on both axes and better on one. */
  readonly isOnFront: boolean;
  /** Ids of the points behind it. */
  readonly points: readonly string[];
}

export interface FrontArea {
  readonly strategy: SweepStrategy;
  readonly area: number;
}

export interface TradeoffMap {
  readonly dots: readonly Dot[];
  /** Runs behind no dot: one of the two objectives is not defined for their text, or not scored. */
  readonly unplaced: number;
  /** Lower left corner of every area: below all dots, on a grid of half a standard deviation so that it seldom moves. */
  readonly reference: Point | null;
  readonly areas: readonly FrontArea[];
}

const GRID = 0.5;

export function tradeoffMap(plan: SweepPlan, points: readonly SweepPoint[], view: MapView): TradeoffMap {
  const settings = settingsOf(plan);
  const ranked = points.filter(({ rule }) => rule === null || ruleName(rule) === "mean");
  const placed = ranked.flatMap((point) => {
    const from = view.measure === "truth" ? point.truth : point.reward;
    const [x, y] = [from[view.a], from[view.b]];
    return typeof x === "number" && typeof y === "number" ? [{ point, x, y }] : [];
  });
  const groups = groupBy(placed, ({ point }) => (view.grain === "runs" ? point.id : String(point.setting)));
  const bare = [...groups].map(([id, own]) => ({
    id,
    strategy: own[0]!.point.strategy,
    setting: settings[own[0]!.point.setting]!,
    x: meanInterval(own.map((each) => each.x)).mean,
    y: meanInterval(own.map((each) => each.y)).mean,
    runs: own.length,
    points: own.map((each) => each.point.id),
  }));
  const reference: Point | null =
    bare.length === 0 ? null : [below(bare.map((dot) => dot.x)), below(bare.map((dot) => dot.y))];
  const onFront = new Set<string>();
  const areas: FrontArea[] = [];
  for (const strategy of STRATEGY_IDS) {
    const own = bare.filter((dot) => dot.strategy === strategy);
    if (own.length === 0 || reference === null) continue;
    const places = own.map((dot): Point => [dot.x, dot.y]);
    for (const index of nonDominated(places)) onFront.add(own[index]!.id);
    areas.push({ strategy, area: hypervolume(places, reference) });
  }
  const dots = bare.map((dot) => ({ ...dot, isOnFront: onFront.has(dot.id) }));
  return { dots, unplaced: ranked.length - placed.length, reference, areas };
}

/** The corner points of a strategy's front as steps, from the upper left to the lower right. */
export function frontSteps(dots: readonly Dot[], strategy: SweepStrategy): Point[] {
  const front = dots
    .filter((dot) => dot.strategy === strategy && dot.isOnFront)
    .toSorted((p, q) => p.x - q.x || q.y - p.y);
  return front.flatMap((dot, i): Point[] => {
    const after = front[i + 1];
    return after === undefined
      ? [[dot.x, dot.y]]
      : [
          [dot.x, dot.y],
          [dot.x, after.y],
        ];
  });
}

function below(values: readonly number[]): number {
  return Math.floor(Math.min(...values) / GRID) * GRID;
}
