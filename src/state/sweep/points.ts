/** From what ran to points: one for every setting, prompt and seed, and for each rule by which a pool was read. */
import type { PoolChoice, PoolReading } from "../../core/pool.ts";
import { membersOf, weighedReward, weighedTruth, type RankingRule } from "../../core/selection.ts";
import { isPooled, jobsOf, settingsOf } from "../../core/sweep.ts";
import type { JobOutcome, SweepJob, SweepStrategy, SweepPlan, SweepSetting } from "../../core/sweep.ts";
import type { SourceId } from "../../core/sources/spec.ts";
import type { KlReport, ModelRef, Rewards, SampleResult, Truth, Weights } from "../../core/types.ts";

export interface SweepPoint {
  readonly id: string;
  /** Index into the plan's settings, prompts and seeds. */
  readonly setting: number;
  readonly prompt: number;
  readonly seed: number;
  readonly strategy: SweepStrategy;
  /** null for strategies that do not rank samples. */
  readonly rule: RankingRule | null;
  readonly text: string;
  readonly length: number;
  readonly truth: Truth;
  readonly reward: Rewards;
  /** Scores by the sources that some lane of the run weighs. */
  readonly sources: Readonly<Record<SourceId, number | null>>;
  /** Sum of weight times truth; null where it is not defined. */
  readonly wished: number | null;
  /** What ranked the text, else the judge's weighted reward. */
  readonly proxy: number | null;
  /** To pi_ref at temperature 1, and to plain sampling under the same settings; null where that one is infinite. */
  readonly kl: KlReport;
  readonly klSteer: KlReport | null;
  readonly forwards: number;
}

/** A finished pool and where it came from. */
export interface FoundPool {
  readonly job: number;
  readonly prompt: number;
  readonly seed: number;
  readonly samples: readonly SampleResult[];
  /** Settings that read this pool and no smaller one. */
  readonly settings: readonly number[];
}

export const PLAIN_RULE: RankingRule = { ensemble: "mean", lambda: 0 };

export function findPools(plan: SweepPlan, jobs: readonly SweepJob[], outcomes: ReadonlyMap<number, JobOutcome>) {
  const settings = settingsOf(plan);
  const sizes = new Set(jobs.flatMap(({ uses }) => uses.flatMap((use) => (use.type === "pool" ? [use.n] : []))));
  const readers = new Map<number, number[]>([...sizes].map((size) => [size, []]));
  for (const [index, setting] of settings.entries()) {
    if (!isPooled(setting)) continue;
    const smallest = Math.min(...[...sizes].filter((size) => size >= setting.n));
    readers.get(smallest)?.push(index);
  }
  const pools: FoundPool[] = [];
  for (const [job, { prompt, seed, uses }] of jobs.entries()) {
    const outcome = outcomes.get(job);
    const lane = uses.findIndex((use) => use.type === "pool");
    const use = uses[lane];
    if (outcome === undefined || use?.type !== "pool") continue;
    const samples = outcome.samples.filter((sample) => sample.lane === lane);
    pools.push({ job, prompt, seed, samples, settings: readers.get(use.n) ?? [] });
  }
  return pools;
}

/** The readings of a pool, setting by setting and rule by rule: the order of `pooledPoints`. */
export function readingsOf(
  settings: readonly SweepSetting[],
  wanted: readonly number[],
  rules: readonly RankingRule[],
): PoolReading[] {
  return wanted.flatMap((index) => {
    const { strategy, n, weights, beta } = settings[index]!;
    return rules.map((rule) => ({ n, weights, rule, beta: strategy === "soft-bon" ? beta : null }));
  });
}

export function pooledPoints(
  plan: SweepPlan,
  pool: FoundPool,
  rules: readonly RankingRule[],
  choices: readonly PoolChoice[],
): SweepPoint[] {
  const settings = settingsOf(plan);
  return choices.map((choice, i): SweepPoint => {
    const setting = pool.settings[Math.floor(i / rules.length)]!;
    const rule = rules[i % rules.length]!;
    const { strategy, weights } = settings[setting]!;
    const shown = pool.samples[choice.chosen]!;
    return {
      id: `${setting}/${pool.prompt}/${pool.seed}/${ruleName(rule)}`,
      setting,
      prompt: pool.prompt,
      seed: pool.seed,
      strategy,
      rule,
      ...shownText(shown),
      wished: weighedTruth(weights, shown.truth),
      proxy: choice.score,
      kl: choice.kl,
      klSteer: choice.klSteer,
      forwards: choice.forwards.policy + choice.forwards.judge,
    };
  });
}

/** Points of the strategies that steer tokens, of plain sampling, and of repeated lanes. */
export function tokenPoints(
  plan: SweepPlan,
  jobs: readonly SweepJob[],
  outcomes: ReadonlyMap<number, JobOutcome>,
): SweepPoint[] {
  const settings = settingsOf(plan);
  const common = commonWeights(settings);
  return [...outcomes].flatMap(([index, { lanes, samples }]) => {
    const job = jobs[index];
    if (job === undefined) return [];
    return job.uses.flatMap((use, lane): SweepPoint[] => {
      const result = lanes.find((own) => own.lane === lane);
      const shown = samples.find((sample) => sample.lane === lane && sample.sample === result?.chosen);
      if (use.type === "pool" || shown === undefined || result === undefined) return [];
      const { strategy, weights: own } = settings[use.setting]!;
      const weights = strategy === "base" ? common : own;
      return [
        {
          id: `${use.setting}/${job.prompt}/${job.seed}`,
          setting: use.setting,
          prompt: job.prompt,
          seed: job.seed,
          strategy,
          rule: null,
          ...shownText(shown),
          wished: weights === null ? null : weighedTruth(weights, shown.truth),
          proxy: weights === null ? null : weighedReward(weights, shown),
          kl: result.kl,
          klSteer: result.klSteer,
          forwards: Object.values(result.forwards).reduce((sum, count) => sum + count, 0),
        },
      ];
    });
  });
}

/** The wish that all steered settings share, so that plain sampling can be measured by it too; null where they differ. */
export function commonWeights(settings: readonly SweepSetting[]): Weights | null {
  const [first, ...others] = settings.filter(({ strategy }) => strategy !== "base").map(({ weights }) => weights);
  if (first === undefined) return null;
  return others.every((weights) => JSON.stringify(weights) === JSON.stringify(first)) ? first : null;
}

/** What the results came from; empty while there are none. */
export function modelsOf(outcomes: ReadonlyMap<number, JobOutcome>): readonly ModelRef[] {
  const [first] = outcomes.values();
  return first?.models ?? [];
}

/** Members of the judge behind the samples; 0 while nothing has been judged. */
export function judgeMembers(outcomes: ReadonlyMap<number, JobOutcome>): number {
  const first = [...outcomes.values()][0]?.samples[0];
  return first === undefined ? 0 : membersOf(first.rewardMembers);
}

export function ruleName({ ensemble, caps }: RankingRule): string {
  return caps === undefined ? ensemble : `${ensemble}, capped`;
}

export function pointsInOrder(points: readonly SweepPoint[]): SweepPoint[] {
  return points.toSorted((a, b) => a.setting - b.setting || a.prompt - b.prompt || a.seed - b.seed);
}

/** Runs of the plan that are done, pool readings by the plain rule included. */
export function runsDone(plan: SweepPlan, outcomes: ReadonlyMap<number, JobOutcome>): number {
  const jobs = jobsOf(plan);
  const pools = findPools(plan, jobs, outcomes);
  const read = pools.reduce((sum, pool) => sum + pool.settings.length, 0);
  let decoded = 0;
  for (const job of outcomes.keys()) decoded += jobs[job]?.uses.filter((use) => use.type === "setting").length ?? 0;
  return decoded + read;
}

function shownText({ text, tokens, truth, reward, sources = {} }: SampleResult) {
  return { text: text.trim(), length: tokens.length, truth, reward, sources };
}
