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
  readonly samples: readonly SampleResult[];
  readonly weights: Weights;
  readonly rule: RankingRule;
}

/** The largest pools of the sweep, ranked as their lane ranks; none where nothing drew one, or a score is missing. */
export function poolsBy(plan: SweepPlan, outcomes: ReadonlyMap<number, JobOutcome>, measure: Measure): Pools {
  const wish = commonWeights(settingsOf(plan));
  const drawn = isRepeated(plan) ? lanePools(plan, outcomes) : sharedPools(plan, outcomes, wish);
  const pools = drawn.map(({ samples, weights, rule }) =>
    samples.flatMap((sample): RankedSample[] => {
      const rank = judgedScore(weights, rule, sample);
      const value = valueOf(sample, measure, wish);
      return rank === null || value === null ? [] : [{ rank, value }];
    }),
  );
  return pools.filter((pool) => pool.length >= FEWEST);
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
  return [...outcomes.values()].map(({ samples }) => ({
    samples: samples.filter(({ lane }) => lane === index),
    weights,
    rule: { ensemble, lambda },
  }));
}

function sharedPools(plan: SweepPlan, outcomes: ReadonlyMap<number, JobOutcome>, wish: Weights | null): Drawn[] {
  if (wish === null) return [];
  const pools = findPools(plan, jobsOf(plan), outcomes);
  const largest = Math.max(0, ...pools.map(({ samples }) => samples.length));
  return pools.flatMap(({ samples }) =>
    samples.length === largest ? [{ samples, weights: wish, rule: PLAIN_RULE }] : [],
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
