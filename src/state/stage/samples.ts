/** The samples of a best-of-N lane: what ranked them, and the truth that did not. */
import { weighedTruth } from "../../core/selection.ts";
import { strategyNow, type LaneView } from "../run/view.ts";

export interface SampleScore {
  readonly sample: number;
  /** Selection score; null where it is not defined. */
  readonly score: number | null;
  /** Sum of weight times truth, the same wish that the score ranks by. */
  readonly truth: number | null;
  readonly isChosen: boolean;
}

/** One entry per sample once the lane is done, before that an empty list. */
export function sampleScores(lane: LaneView): readonly SampleScore[] {
  const { result } = lane;
  const strategy = strategyNow(lane);
  if (result === null || strategy.id === "base") return [];
  const { weights } = strategy;
  return result.scores.map((score, sample) => ({
    sample,
    score,
    truth: weighedTruth(weights, lane.samples[sample]?.result?.truth ?? {}),
    isChosen: sample === result.chosen,
  }));
}
