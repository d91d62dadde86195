/** All samples of a best-of-N lane beside each other: what the judge said, what is true, and who wins by which rule. */
import { bestOfN } from "../../core/best-of-n.ts";
import { nonDominated } from "../../core/metrics.ts";
import { judgedScore, membersOf, weighedReward, weighedTruth, type RankingRule } from "../../core/selection.ts";
import type {
  BestOfN,
  Kind,
  KlReport,
  LaneResult,
  ObjectiveId,
  Rewards,
  SampleResult,
  Truth,
} from "../../core/types.ts";
import { histogram, type Bin } from "./histogram.ts";
import { objectivesOf } from "../settings/settings-data.ts";
import { rejectionFacts, type RejectionFacts } from "./rejection-facts.ts";
import { strategyNow, type LaneView } from "../run/view.ts";

export interface BoardSample {
  readonly sample: number;
  readonly text: string;
  readonly length: number;
  readonly reward: Rewards;
  readonly truth: Truth;
  /** By the sources that some lane weighs. */
  readonly sources: NonNullable<SampleResult["sources"]>;
  /** What the lane ranks by; null where it is not defined. */
  readonly score: number | null;
  /** Probability under soft best-of-N at the lane's beta; null where it is not known. */
  readonly softChoice: number | null;
  /** What the lane dropped texts by, as the text stood then; null where it dropped none. */
  readonly half: number | null;
  readonly isDropped: boolean;
  readonly isChosen: boolean;
  /** No other sample is at least as good by the judge in every wished objective and better in one. */
  readonly isParetoOptimal: boolean;
}

/** Who would be shown by one rule. `sample` is null where no sample has a score by it, and where all have the same. */
export interface BoardWinner {
  readonly rule: "argmax" | "soft" | RankingRule["ensemble"];
  readonly sample: number | null;
  /** Its score by the rule; for "soft" its probability, and the sample is the likeliest one. */
  readonly score: number | null;
}

export interface SampleBoard {
  readonly winners: readonly BoardWinner[];
  /** Of the judge behind the rewards; with one, its ensembles agree. */
  readonly members: number;
  /** Of the rule "uwo". */
  readonly lambda: number;
  /** How many samples have a weighted judge's reward, and how many a weighted truth, in each bin. */
  readonly bins: readonly Bin[];
  /** Null for a lane that drops no text early. */
  readonly rejection: RejectionFacts | null;
  readonly kl: KlReport;
  /** Rows forwarded for the whole lane, by model id. */
  readonly forwards: Readonly<Record<string, number>>;
  /** Objectives of the kind, the wished ones first; none where nothing measures them. */
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
  const isMeasured = (id: ObjectiveId): boolean =>
    sign(id) !== 0 ||
    lane.samples.some(({ result: own }) => own?.reward[id] !== undefined || own?.truth[id] !== undefined);
  const all = objectivesOf(kind).filter(isMeasured);
  const wished = all.filter((id) => sign(id) !== 0);
  const isDropped = (sample: number): boolean => result.rejection?.dropped.includes(sample) === true;
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
        sources: own.sources ?? {},
        score: result.scores[sample] ?? null,
        half: result.rejection?.half[sample] ?? null,
        isDropped: isDropped(sample),
        softChoice: result.softChoice?.[sample] ?? null,
        isChosen: sample === result.chosen,
        isParetoOptimal: front.has(sample),
      },
    ];
  });
  samples.sort((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity) || a.sample - b.sample);
  const objectives = [...wished, ...all.filter((id) => !wished.includes(id))];
  const results = sampleResults(lane);
  // No rule can choose what was dropped.
  const eligible = results.map((own) => (isDropped(own.sample) ? { ...own, rewardMembers: {}, sources: {} } : own));
  return {
    objectives,
    wished,
    samples,
    winners: winnersOf(strategy, eligible, result),
    members: Math.max(0, ...results.map((own) => membersOf(own.rewardMembers))),
    lambda: strategy.lambda,
    bins: binsOf(strategy, results),
    rejection: rejectionFacts(result),
    kl: result.klSteer ?? result.kl,
    forwards: result.forwards,
  };
}

/** Of the samples that are done. */
export function sampleResults(lane: LaneView): readonly SampleResult[] {
  return lane.samples.flatMap(({ result }) => (result === null ? [] : [result]));
}

const RULES = ["single", "mean", "wco", "uwo"] as const;

function winnersOf(
  strategy: BestOfN,
  samples: readonly SampleResult[],
  { scores, softChoice }: Pick<LaneResult, "scores" | "softChoice">,
): BoardWinner[] {
  const winner = (rule: BoardWinner["rule"], own: readonly (number | null)[]): BoardWinner => {
    const best = bestOfN(own);
    const score = own[best] ?? null;
    const isTie = own.length > 1 && own.every((each) => each === score);
    return { rule, sample: score === null || isTie ? null : (samples[best]?.sample ?? null), score };
  };
  const byRule = RULES.map((ensemble) =>
    winner(
      ensemble,
      samples.map((sample) => judgedScore(strategy.weights, { ensemble, lambda: strategy.lambda }, sample)),
    ),
  );
  return [winner("argmax", scores), ...(softChoice === undefined ? [] : [winner("soft", softChoice)]), ...byRule];
}

/** About the square root of the number of samples, as is usual for few of them. */
function binsOf({ weights }: BestOfN, samples: readonly SampleResult[]): Bin[] {
  const known = (values: readonly (number | null)[]): number[] => values.flatMap((value) => value ?? []);
  const judged = known(samples.map((sample) => weighedReward(weights, sample)));
  const truths = known(samples.map(({ truth }) => weighedTruth(weights, truth)));
  return histogram([judged, truths], Math.max(3, Math.ceil(Math.sqrt(samples.length)) + 1));
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
