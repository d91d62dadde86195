/**
 * Curves over settings: proxy and truth against KL or N, with bands over seeds, and the place where truth turns down.
 *
 * Every seed counts by its mean over prompts, so a band says how much another seed would move the curve, for these
 * prompts. The fall of the truth is measured within seeds: from the best setting to the last one.
 */
import { meanInterval, type MeanInterval } from "../../core/stats.ts";
import { settingsOf, type SweepStrategy, type SweepPlan, type SweepSetting } from "../../core/sweep.ts";
import type { ObjectiveId } from "../../core/types.ts";
import { groupBy } from "./group-by.ts";
import { commonWeights, ruleName, type SweepPoint } from "./points.ts";

/** Student's interval of two values is 13 standard errors wide: no band that says anything can be drawn. */
export const FEWEST_SEEDS_OF_A_BAND = 3;

/** `bound`: for best-of-N its upper bound, where `kl` takes the estimator; the same number for other strategies. */
export const X_AXES = ["kl", "bound", "n"] as const;
export type XAxis = (typeof X_AXES)[number];

export interface CurvePoint {
  readonly setting: SweepSetting;
  readonly x: number;
  readonly proxy: MeanInterval | null;
  readonly truth: MeanInterval | null;
  /** Mean KL by the estimator (exact for token strategies) and by the bound, to what `klTarget` says. */
  readonly kl: number;
  readonly bound: number;
  readonly forwards: number;
  readonly runs: number;
  readonly points: readonly string[];
}

export interface Turn {
  /** Index of the point with the highest truth. */
  readonly at: number;
  /** From there to the last point, mean over seeds. */
  readonly fall: MeanInterval;
  /** The fall is above 0 with its whole interval. */
  readonly isClear: boolean;
}

export interface Curve {
  readonly id: string;
  readonly strategy: SweepStrategy;
  /** "mean", "wco, capped" and so on; null for strategies that rank nothing. */
  readonly rule: string | null;
  /** From the smallest x to the largest. */
  readonly points: readonly CurvePoint[];
  /** One wish for all settings, so that a line from one to the next means something. */
  readonly isJoined: boolean;
  readonly isBanded: boolean;
  readonly turn: Turn | null;
}

export interface CurveView {
  readonly x: XAxis;
  /** What "truth" and "proxy" measure: the wish as weighted, or one objective. */
  readonly of: "wish" | ObjectiveId;
}

export type KlTarget = "plain" | "base";

/**
 * To what the KL of a sweep is measured: to plain sampling under the same settings, or where that is infinite for some point
 * (truncation kept a token that plain sampling never draws), for all points to pi_ref at temperature 1.
 */
export function klTarget(points: readonly SweepPoint[]): KlTarget {
  return points.every(({ klSteer }) => klSteer !== null) ? "plain" : "base";
}

export function curves(plan: SweepPlan, points: readonly SweepPoint[], view: CurveView): Curve[] {
  const settings = settingsOf(plan);
  const isJoined = commonWeights(settings) !== null;
  const isBanded = plan.seeds.length >= FEWEST_SEEDS_OF_A_BAND;
  const target = klTarget(points);
  const groups = groupBy(points, ({ strategy, rule }) => `${strategy}/${rule === null ? "" : ruleName(rule)}`);
  return [...groups].flatMap(([id, own]): Curve[] => {
    const { strategy, rule } = own[0]!;
    if (view.x === "n" && rule === null) return [];
    const bySetting = [...groupBy(own, (point) => point.setting)].map(([index, group]) => ({
      point: curvePoint(settings[index]!, group, view, target),
      truths: seedMeans(group, (each) => truthIn(each, view)),
    }));
    bySetting.sort((p, q) => p.point.x - q.point.x);
    const turn = isJoined ? turnOf(bySetting.map(({ truths }) => truths)) : null;
    const name = rule === null ? null : ruleName(rule);
    return [{ id, strategy, rule: name, points: bySetting.map(({ point }) => point), isJoined, isBanded, turn }];
  });
}

function curvePoint(
  setting: SweepSetting,
  group: readonly SweepPoint[],
  view: CurveView,
  target: KlTarget,
): CurvePoint {
  const reports = group.map(({ kl, klSteer }) => (target === "plain" ? (klSteer ?? kl) : kl));
  const kl = average(reports.map((report) => (report.type === "exact" ? report.sum : report.estimator)));
  const bound = average(reports.map((report) => (report.type === "exact" ? report.sum : report.upperBound)));
  return {
    setting,
    x: view.x === "n" ? setting.n : view.x === "kl" ? kl : bound,
    proxy: interval(seedMeans(group, (each) => (view.of === "wish" ? each.proxy : (each.reward[view.of] ?? null)))),
    truth: interval(seedMeans(group, (each) => truthIn(each, view))),
    kl,
    bound,
    forwards: average(group.map((point) => point.forwards)),
    runs: group.length,
    points: group.map((point) => point.id),
  };
}

function truthIn(point: SweepPoint, { of }: CurveView): number | null {
  return of === "wish" ? point.wished : (point.truth[of] ?? null);
}

type BySeed = ReadonlyMap<number, number>;

/** Mean over prompts for each seed; runs in which the number is not defined are left out. */
function seedMeans(group: readonly SweepPoint[], read: (point: SweepPoint) => number | null): BySeed {
  const known = group.flatMap((point) => {
    const value = read(point);
    return value === null ? [] : [{ seed: point.seed, value }];
  });
  const bySeed = groupBy(known, ({ seed }) => seed);
  return new Map([...bySeed].map(([seed, own]) => [seed, average(own.map(({ value }) => value))]));
}

function interval(bySeed: BySeed): MeanInterval | null {
  return bySeed.size === 0 ? null : meanInterval([...bySeed.values()]);
}

/** null where truth is highest at the end, or too little is known. */
function turnOf(truths: readonly BySeed[]): Turn | null {
  const means = truths.map((bySeed) => interval(bySeed)?.mean ?? -Infinity);
  const best = Math.max(...means);
  const at = means.indexOf(best);
  const last = truths.length - 1;
  if (at === last || best === -Infinity || means[last] === -Infinity) return null;
  const falls = [...truths[at]!].flatMap(([seed, value]) => {
    const end = truths[last]!.get(seed);
    return end === undefined ? [] : [value - end];
  });
  if (falls.length === 0) return null;
  const fall = meanInterval(falls);
  // Settings that chose the same texts differ by rounding alone.
  if (fall.mean < 1e-9) return null;
  return { at, fall, isClear: fall.ci95 !== null && fall.ci95[0] > 0 };
}

function average(values: readonly number[]): number {
  return meanInterval(values).mean;
}
