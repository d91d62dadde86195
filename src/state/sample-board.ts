/** All samples of a best-of-N lane beside each other: what the judge said, what is true, and who wins by which rule. */
import { nonDominated } from "../core/metrics.ts";
import type { Kind, ObjectiveId, Rewards, Truth } from "../core/types.ts";
import { objectivesOf } from "./settings-data.ts";
import { strategyNow, type LaneView } from "./view.ts";

export interface BoardSample {
  readonly sample: number;
  readonly text: string;
  readonly length: number;
  readonly reward: Rewards;
  readonly truth: Truth;
  /** What the lane ranks by; null where it is not defined. */
  readonly score: number | null;
  /** Probability under soft best-of-N at the lane's beta; null where it is not known. */
  readonly softChoice: number | null;
  readonly isChosen: boolean;
  /** No other sample is at least as good by the judge in every wished objective and better in one. */
  readonly isParetoOptimal: boolean;
}

export interface SampleBoard {
  /** Objectives of the kind, the wished ones first. */
  readonly objectives: readonly ObjectiveId[];
  readonly wished: readonly ObjectiveId[];
  readonly samples: readonly BoardSample[];
}

/** The board of a lane that is done, best score first; null for other lanes. */
export function sampleBoard(lane: LaneView, kind: Kind): SampleBoard | null {
  const { result } = lane;
  const strategy = strategyNow(lane);
  if (result === null || !("n" in strategy)) return null;
  const sign = (id: ObjectiveId): number => Math.sign(strategy.weights[id] ?? 0);
  const all = objectivesOf(kind);
  const wished = all.filter((id) => sign(id) !== 0);
  const judged = lane.samples.map(({ result: own }) => own?.reward ?? {});
  // A sample without a reward cannot be on the front.
  const points = judged.map((reward) => wished.map((id) => sign(id) * (reward[id] ?? -Infinity)));
  const front = new Set(wished.length === 0 ? [] : nonDominated(points));
  const samples = lane.samples.flatMap(({ result: own }, sample): BoardSample[] => {
    if (own === null) return [];
    return [
      {
        sample,
        text: own.text.trim(),
        length: own.tokens.length,
        reward: own.reward,
        truth: own.truth,
        score: result.scores[sample] ?? null,
        softChoice: result.softChoice?.[sample] ?? null,
        isChosen: sample === result.chosen,
        isParetoOptimal: front.has(sample),
      },
    ];
  });
  samples.sort((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity) || a.sample - b.sample);
  const objectives = [...wished, ...all.filter((id) => !wished.includes(id))];
  return { objectives, wished, samples };
}

/**
 * The lane's samples as one line of reward-ranked training data after RAFT (Dong et al., arXiv 2304.06767): the best and
 * the worst by the judge. Null with fewer than two ranked samples.
 */
export function rankedPair(prompt: string, { samples }: SampleBoard): string | null {
  const ranked = samples.filter((each) => each.score !== null && each.text !== "");
  const [best, worst] = [ranked[0], ranked.at(-1)];
  if (best === undefined || worst === undefined || best === worst) return null;
  return JSON.stringify({
    prompt,
    chosen: best.text,
    rejected: worst.text,
    chosenScore: best.score,
    rejectedScore: worst.score,
  });
}
