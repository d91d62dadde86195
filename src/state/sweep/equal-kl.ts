/**
 * The ways of decoding of a sweep as curves of reward over KL, to be compared at equal KL (`core/compare/equal-kl.ts`).
 *
 * Settings that differ in strength alone are one way. A way that steers begins at plain sampling, which is strength 0.
 * Best-of-N is read off the pools where there are any: every N up to their size, with the KL of its upper bound. N = 1 is
 * plain sampling too, over all samples of the pools, so the ways that sample alike begin there and none is ahead at KL 0.
 */
import type { PriceCurve, PricedPoint } from "../../core/compare/equal-kl.ts";
import { expectedChosen } from "../../core/compare/equal-n.ts";
import { bestOfNKlBound } from "../../core/kl.ts";
import { mean } from "../../core/stats.ts";
import {
  settingsOf,
  type JobOutcome,
  type SweepPlan,
  type SweepSetting,
  type SweepStrategy,
} from "../../core/sweep.ts";
import type { Weights } from "../../core/types.ts";
import { klTarget, type KlTarget } from "./curves.ts";
import { measuredPools, type MeasuredPool } from "./equal-n.ts";
import { groupBy } from "./group-by.ts";
import { contestantsOf, type Contestant } from "./matrix.ts";
import { scoreOf, type Measure } from "./measures.ts";
import { ruleName, type SweepPoint } from "./points.ts";

export interface PricedWay {
  readonly id: string;
  readonly strategy: SweepStrategy;
  /** The settings behind it; plain sampling, with which it begins, is not among them. */
  readonly settings: readonly SweepSetting[];
  readonly curve: PriceCurve;
}

/** In the order of the plan; without plain sampling, which is a single place and no way to spend KL. */
export function waysOf(
  plan: SweepPlan,
  points: readonly SweepPoint[],
  outcomes: ReadonlyMap<number, JobOutcome>,
  measure: Measure,
): PricedWay[] {
  const settings = settingsOf(plan);
  const target = klTarget(points);
  const of = ({ setting }: Contestant): SweepSetting => settings[setting]!;
  const contestants = contestantsOf(points).filter(({ rule }) => rule === null || ruleName(rule) === "mean");
  const plain = contestants.filter((own) => of(own).strategy === "base");
  const pools = measuredPools(plan, outcomes, measure);
  const pooled = pools[0] === undefined ? null : JSON.stringify(directionOf(pools[0].weights));
  /** Whose samples the pools are. */
  const pooledLane =
    settings.findLast(
      ({ strategy, n, weights }) => strategy === "bon" && n > 0 && JSON.stringify(directionOf(weights)) === pooled,
    ) ?? null;
  const groups = groupBy(
    contestants.filter((own) => of(own).strategy !== "base"),
    (own) => wayKey(of(own)),
  );
  const isLike = (first: SweepSetting): boolean => pools.length > 0 && isSampledAlike(pooledLane, first);
  return [...groups].flatMap(([id, own]): PricedWay[] => {
    const first = of(own[0]!);
    const isPooled = first.strategy === "bon" && JSON.stringify(directionOf(first.weights)) === pooled;
    const places = (them: readonly Contestant[]): PricedPoint[] =>
      them.flatMap((each) => placeOf(each, measure, target));
    const start = isLike(first)
      ? poolCurve(pools, target).slice(0, 1)
      : places(plain.filter((each) => isSampledAlike(of(each), first)).slice(0, 1));
    const curve = isPooled ? poolCurve(pools, target) : [...start, ...places(own)];
    return curve.length === 0 ? [] : [{ id, strategy: first.strategy, settings: own.map(of), curve }];
  });
}

/** One way: the same strategy in the same direction, however strong. Soft best-of-N is one for each N. */
function wayKey({ strategy, weights, n, lane }: SweepSetting): string {
  const sampling = lane === undefined ? "" : JSON.stringify(lane.sampling);
  return JSON.stringify([strategy, directionOf(weights), strategy === "soft-bon" ? n : 0, sampling]);
}

/** The weights without their size. */
function directionOf(weights: Weights): (readonly [string, number])[] {
  const named = Object.entries(weights).filter((each): each is [string, number] => each[1] !== undefined);
  const size = named.reduce((sum, [, weight]) => sum + Math.abs(weight), 0);
  return named
    .flatMap(([id, weight]) => (weight === 0 ? [] : [[id, Math.round((weight / size) * 1e6)] as const]))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function isSampledAlike(one: SweepSetting | null, other: SweepSetting): boolean {
  return one !== null && JSON.stringify(one.lane?.sampling) === JSON.stringify(other.lane?.sampling);
}

/** None where no text has a score. */
function placeOf({ points }: Contestant, measure: Measure, target: KlTarget): PricedPoint[] {
  const rewards = byPrompt(points.map((point) => ({ prompt: point.prompt, value: scoreOf(point, measure) })));
  if (rewards.size === 0) return [];
  const spent = points.map(({ kl, klSteer }) => {
    const report = target === "plain" ? (klSteer ?? kl) : kl;
    return report.type === "exact" ? report.sum : report.estimator;
  });
  return [{ kl: mean(spent), rewards }];
}

function poolCurve(pools: readonly MeasuredPool[], target: KlTarget): PricedPoint[] {
  const most = Math.min(...pools.map(({ samples }) => samples.length));
  const extra = target === "plain" ? 0 : mean(pools.map(({ klSum }) => klSum));
  return Array.from({ length: most }, (_, i): PricedPoint => {
    const n = i + 1;
    const rewards = byPrompt(pools.map(({ prompt, samples }) => ({ prompt, value: expectedChosen(samples, n) })));
    return { kl: bestOfNKlBound(n) + extra, rewards };
  });
}

function byPrompt(values: readonly { readonly prompt: number; readonly value: number | null }[]) {
  const known = values.flatMap(({ prompt, value }) => (value === null ? [] : [{ prompt, value }]));
  const groups = groupBy(known, ({ prompt }) => prompt);
  return new Map([...groups].map(([prompt, own]) => [prompt, mean(own.map(({ value }) => value))]));
}
