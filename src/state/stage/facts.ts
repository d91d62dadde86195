/** What the screen says under a lane and on the scoreboard: sums and ratios of reported numbers, no probabilities. */
import { POLICY, type SourceSpec } from "../../core/sources/spec.ts";
import { rowsOf } from "../../core/rows.ts";
import { addKl } from "../../core/kl.ts";
import { weighedTruth } from "../../core/selection.ts";
import type { KlReport, LaneResult, ObjectiveId, RunRequest, SampleResult, Weights } from "../../core/types.ts";
import { objectivesOf } from "../settings/settings-data.ts";
import { requestNow, shownSample, type LaneView, type RunView } from "../run/view.ts";

/** Two KLs in nats that differ by rounding alone are one number. */
const NO_DIFFERENCE = 1e-6;

/** `undefined`: not there yet. `null`: not defined for this text. */
export type Known = number | null | undefined;

export interface ObjectiveFact {
  readonly id: ObjectiveId;
  readonly truth: Known;
  readonly reward: Known;
  readonly weight: number;
  readonly isBest: boolean;
}

/** What a source without training says of the whole text; only those that some lane weighs. */
export interface SourceFact {
  readonly spec: SourceSpec;
  readonly score: Known;
}

export interface KlFact {
  readonly nats: number;
  /** "plain": what steering cost, to plain sampling under the same settings. "base": that one is infinite, so it is to pi_ref. */
  readonly to: "plain" | "base";
  /** To pi_ref at temperature 1, untruncated, where that is another number; an estimate for best-of-N. */
  readonly toBase: number | null;
  /** A running sum, the exact sum, or best-of-N's upper bound with its estimator. */
  readonly type: "running" | "exact" | "bound";
  readonly estimator: number | null;
}

export interface LaneFacts {
  readonly objectives: readonly ObjectiveFact[];
  readonly sources: readonly SourceFact[];
  readonly kl: KlFact | null;
  readonly perplexity: number | undefined;
  readonly distinct1: number | undefined;
  readonly distinct2: number | undefined;
  readonly length: number;
  readonly forwardsPerToken: number | undefined;
  readonly tokensPerSecond: number | undefined;
  /** Sum over objectives of weight times truth; what the sliders asked for. */
  readonly wished: Known;
}

/** What the visitor asked for: of each objective the weight in the first lane that has one. */
export function wishOf(request: RunRequest): Weights {
  let wish: Weights = {};
  for (const { strategy } of request.lanes) if (strategy.id !== "base") wish = { ...strategy.weights, ...wish };
  return wish;
}

/** The sources that some lane of the request weighs. */
export function weighedSources(request: RunRequest): readonly SourceSpec[] {
  const wish = wishOf(request);
  return (request.sources ?? []).filter(({ id }) => (wish[id] ?? 0) !== 0);
}

/**
 * The objectives that a run is measured by: none where its models, as those of the Hub, have neither a judge nor a truth
 * for them. Until the first text is judged it goes by what the request asks for.
 */
export function measuredObjectives(view: RunView): readonly ObjectiveId[] {
  const request = requestNow(view);
  if (request === null) return [];
  // The bundled models are named by what they do; a run that names others is one of models from elsewhere.
  if (view.models.length > 0 && !view.models.some(({ id }) => id === POLICY)) return [];
  const all = objectivesOf(request.kind);
  const wish = wishOf(request);
  if (all.some((id) => (wish[id] ?? 0) !== 0)) return all;
  const results = view.lanes.flatMap(({ samples }) => samples.flatMap(({ result }) => result ?? []));
  const isMeasured =
    results.length === 0
      ? weighedSources(request).length === 0
      : results.some(({ reward, truth }) => all.some((id) => reward[id] !== undefined || truth[id] !== undefined));
  return isMeasured ? all : [];
}

/** The lanes that did best by the truth, per objective; where less was asked for, the lowest. Ties share. */
export function winners(view: RunView): ReadonlyMap<ObjectiveId, readonly number[]> {
  const found = new Map<ObjectiveId, readonly number[]>();
  const request = requestNow(view);
  if (request === null || view.lanes.length < 2) return found;
  const wish = wishOf(request);
  for (const id of objectivesOf(request.kind)) {
    const sign = (wish[id] ?? 0) < 0 ? -1 : 1;
    const truths = view.lanes.map((lane) => shownSample(lane).result?.truth[id]);
    if (!truths.every((truth) => truth !== undefined)) continue;
    const best = Math.max(...truths.map((truth) => (truth === null ? -Infinity : sign * truth)));
    const lanes = truths.flatMap((truth, lane) => (truth !== null && sign * truth === best ? [lane] : []));
    if (lanes.length > 0 && lanes.length < truths.length) found.set(id, lanes);
  }
  return found;
}

export function laneFacts(view: RunView, index: number): LaneFacts | null {
  const lane = view.lanes[index];
  const request = requestNow(view);
  if (lane === undefined || request === null) return null;
  const shown = shownSample(lane);
  const best = winners(view);
  const wish = wishOf(request);
  const objectives = measuredObjectives(view).map((id) => ({
    id,
    truth: shown.result?.truth[id],
    // A judge may not score every objective of the kind: that is not defined, and not still to come.
    reward: shown.result === null ? undefined : (shown.result.reward[id] ?? null),
    weight: wish[id] ?? 0,
    isBest: best.get(id)?.includes(index) ?? false,
  }));
  const { result } = lane;
  const length = result?.length ?? shown.steps.length;
  const sources = weighedSources(request).map((spec) => ({ spec, score: shown.result?.sources?.[spec.id] }));
  return {
    objectives,
    sources,
    kl: klOf(lane),
    perplexity: result?.basePerplexity,
    distinct1: result?.distinct[0],
    distinct2: result?.distinct[1],
    length,
    forwardsPerToken: result === null ? undefined : total(result.forwards) / Math.max(1, length),
    tokensPerSecond: result === null || result.ms === 0 ? undefined : (1000 * length) / result.ms,
    wished: wishedOf(objectives, shown.result),
  };
}

function wishedOf(objectives: readonly ObjectiveFact[], result: SampleResult | null): Known {
  const wished = objectives.filter(({ weight }) => weight !== 0);
  if (wished.length === 0) return 0;
  if (result === null) return undefined;
  return weighedTruth(Object.fromEntries(wished.map(({ id, weight }) => [id, weight])), result.truth);
}

function klOf(lane: LaneView): KlFact | null {
  const { result } = lane;
  if (result !== null) return reportedKl(result);
  if (rowsOf(lane.request.strategy) > 1) return null;
  const { steps } = shownSample(lane);
  const kl = steps.reduce((sum, step) => sum + step.kl, 0);
  const klSteer = steps.reduce<number | null>((sum, step) => addKl(sum, step.klSteer), 0);
  return { ...towards(klSteer, kl), type: "running", estimator: null };
}

function reportedKl({ kl, klSteer }: LaneResult): KlFact {
  const [first, base] = [klSteer ?? kl, estimateOf(kl)];
  const { to, toBase } = towards(klSteer === null ? null : estimateOf(klSteer), base);
  return first.type === "exact"
    ? { nats: first.sum, to, toBase, type: "exact", estimator: null }
    : { nats: first.upperBound, to, toBase, type: "bound", estimator: first.estimator };
}

function towards(klSteer: number | null, kl: number): Pick<KlFact, "nats" | "to" | "toBase"> {
  if (klSteer === null) return { nats: kl, to: "base", toBase: null };
  return { nats: klSteer, to: "plain", toBase: Math.abs(kl - klSteer) < NO_DIFFERENCE ? null : kl };
}

function estimateOf(report: KlReport): number {
  return report.type === "exact" ? report.sum : report.estimator;
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
