/** To which best-of-N each way of decoding is equal, read off the pools that the sweep has drawn anyway. */
import { equalN, type EqualN, type RankedSample } from "../../core/compare/equal-n.ts";
import { judgedScore, weighedReward, weighedTruth, type RankingRule } from "../../core/selection.ts";
import { mean } from "../../core/stats.ts";
import { isRepeated, jobsOf, settingsOf, type JobOutcome, type SweepPlan } from "../../core/sweep.ts";
import type { SampleResult, Weights } from "../../core/types.ts";
import { commonWeights, findPools, PLAIN_RULE } from "./points.ts";
import type { Contestant } from "./matrix.ts";
import { scoreOf, type Measure } from "./measures.ts";

export type Pools = readonly (readonly RankedSample[])[];

/** Fewer samples show no curve. */
const FEWEST = 2;

interface Drawn {
  /** Index into the plan's prompts. */
  readonly prompt: number;
  readonly samples: readonly SampleResult[];
  readonly weights: Weights;
  readonly rule: RankingRule;
}

/** A pool with what it is to be compared by. */
export interface MeasuredPool {
  readonly prompt: number;
  readonly weights: Weights;
  readonly samples: readonly RankedSample[];
  /** What the distribution that they were drawn from costs already, mean over the samples; nats to pi_ref at temperature 1. */
  readonly klSum: number;
}

/** The largest pools of the sweep, ranked as their lane ranks; none where nothing drew one, or a score is missing. */
export function poolsBy(plan: SweepPlan, outcomes: ReadonlyMap<number, JobOutcome>, measure: Measure): Pools {
  return measuredPools(plan, outcomes, measure).map(({ samples }) => samples);
}

export function measuredPools(
  plan: SweepPlan,
  outcomes: ReadonlyMap<number, JobOutcome>,
  measure: Measure,
): MeasuredPool[] {
  const wish = commonWeights(settingsOf(plan));
  const drawn = isRepeated(plan) ? lanePools(plan, outcomes) : sharedPools(plan, outcomes, wish);
  return drawn.flatMap(({ prompt, samples, weights, rule }): MeasuredPool[] => {
    const ranked = samples.flatMap((sample): RankedSample[] => {
      const rank = judgedScore(weights, rule, sample);
      const value = valueOf(sample, measure, wish);
      return rank === null || value === null ? [] : [{ rank, value }];
    });
    if (ranked.length < FEWEST) return [];
    return [{ prompt, weights, samples: ranked, klSum: mean(samples.map(({ klSum }) => klSum)) }];
  });
}

/** null without pools, and for a contestant that the measure says nothing of. */
export function equalNOf({ points }: Contestant, pools: Pools, measure: Measure): EqualN | null {
  const scores = points.flatMap((point) => scoreOf(point, measure) ?? []);
  return pools.length === 0 || scores.length === 0 ? null : equalN(pools, mean(scores));
}

function lanePools(plan: SweepPlan, outcomes: ReadonlyMap<number, JobOutcome>): Drawn[] {
  const settings = settingsOf(plan);
  const largest = Math.max(...settings.map(({ n }) => n));
  const index = settings.findIndex(({ n, strategy }) => n === largest && n > 0 && strategy !== "oracle-bon");
  const strategy = settings[index]?.lane?.strategy;
  if (strategy === undefined || !("ensemble" in strategy)) return [];
  const { weights, ensemble, lambda } = strategy;
  const jobs = jobsOf(plan);
  return [...outcomes].map(([job, { samples }]) => ({
    prompt: jobs[job]?.prompt ?? 0,
    samples: samples.filter(({ lane }) => lane === index),
    weights,
    rule: { ensemble, lambda },
  }));
}

function sharedPools(plan: SweepPlan, outcomes: ReadonlyMap<number, JobOutcome>, wish: Weights | null): Drawn[] {
  if (wish === null) return [];
  const pools = findPools(plan, jobsOf(plan), outcomes);
  const largest = Math.max(0, ...pools.map(({ samples }) => samples.length));
  return pools.flatMap(({ prompt, samples }) =>
    samples.length === largest ? [{ prompt, samples, weights: wish, rule: PLAIN_RULE }] : [],
  );
}

function valueOf(sample: SampleResult, { by, of }: Measure, wish: Weights | null): number | null {
  if (by === "source") return sample.sources?.[of] ?? null;
  if (of === "wish") {
    if (wish === null) return null;
    return by === "truth" ? weighedTruth(wish, sample.truth) : weighedReward(wish, sample);
  }
  return (by === "truth" ? sample.truth[of] : sample.reward[of]) ?? null;
}
