/**
 * Numbers that files written before version 0.2 lack: `klSteer`, the KL to plain sampling under the same settings.
 *
 * Plain sampling and the samples of best-of-N were not steered, so theirs is 0. At temperature 1 without truncation plain sampling is
 * pi_ref itself, so it is the KL that the file has. Elsewhere the file cannot tell, and it is null.
 */
import { isPlainSampling } from "../../core/sampling.ts";
import type { KlReport, LaneRequest, LaneResult, RowStep, SampleResult } from "../../core/types.ts";

type Older<T extends { readonly klSteer: unknown }> = Omit<T, "klSteer"> & Partial<Pick<T, "klSteer">>;

export function withSteerOfStep(step: Older<RowStep>, lane: LaneRequest): RowStep {
  return { ...step, klSteer: step.klSteer === undefined ? drawnKl(lane, step.kl) : step.klSteer };
}

export function withSteerOfSample(sample: Older<SampleResult>, lane: LaneRequest): SampleResult {
  return { ...sample, klSteer: sample.klSteer === undefined ? drawnKl(lane, sample.klSum) : sample.klSteer };
}

export function withSteerOfLane(result: Older<LaneResult>, lane: LaneRequest): LaneResult {
  return { ...result, klSteer: result.klSteer === undefined ? chosenKl(lane, result.kl) : result.klSteer };
}

function drawnKl({ strategy, sampling }: LaneRequest, kl: number): number | null {
  if (strategy.id === "base" || "n" in strategy) return 0;
  return isWhole(sampling) ? kl : null;
}

/** Of best-of-N it is the choice that costs. */
function chosenKl({ strategy, sampling }: LaneRequest, kl: KlReport): KlReport | null {
  if (strategy.id === "base") return { type: "exact", sum: 0 };
  return isWhole(sampling) ? kl : null;
}

function isWhole(sampling: LaneRequest["sampling"]): boolean {
  return sampling.plausible === 0 && isPlainSampling(sampling);
}
