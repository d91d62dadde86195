/** From finished rows to the numbers that a lane shows. */
import { blockwiseKlBound } from "../../core/blocks/blockwise.ts";
import type { RejectionReport } from "../../core/blocks/spec.ts";
import { mean } from "../../core/stats.ts";
import { perplexity } from "../../core/kl.ts";
import { distinctN } from "../../core/metrics.ts";
import { bestOfNKl } from "../../core/pool.ts";
import { softChoiceDistribution } from "../../core/soft-best-of-n.ts";
import { OBJECTIVES_OF_KIND } from "../../core/types.ts";
import type { KlReport, LaneResult, ObjectiveId, RunRequest, SampleResult, TokenId } from "../../core/types.ts";
import type { Models } from "../interfaces.ts";
import { chargeForward, type LaneOutcome } from "./lane.ts";
import type { Binding, BoundRequest } from "./binding.ts";
import type { Row } from "./row.ts";
import { selectSample } from "./select-sample.ts";
import type { SampleChoice } from "./select-sample.ts";
import { scoreTexts, type ScoringProgress } from "./text-scores.ts";

type Members = Partial<Record<ObjectiveId, readonly number[]>>;

/**
 * Judges all rows in one batch, and scores them by the sources in use. A row still alive was aborted; its text counts as far as it goes, and where it has no
 * token yet it has no reward.
 */
export async function* judgeRows(
  rows: readonly Row[],
  binding: Binding,
  signal: AbortSignal,
): AsyncGenerator<ScoringProgress, SampleResult[]> {
  const { models, request } = binding;
  const judged = rows.filter((row) => row.tokens.length > 0 && row.finish !== "dropped");
  const members = new Map<Row, Members>();
  if (models.judge !== null && judged.length > 0) {
    const { id, objectives } = models.judge;
    const scores = await models.judge.score(judged.map((row) => row.prefix));
    const here: readonly ObjectiveId[] = OBJECTIVES_OF_KIND[request.kind];
    for (const [i, row] of judged.entries()) {
      chargeForward(row.lane, id);
      const own: Members = {};
      for (const [o, objective] of objectives.entries()) {
        if (here.includes(objective)) own[objective] = [...scores[i]![o]!];
      }
      members.set(row, own);
    }
  }
  for (const row of rows) row.stream.flush();
  const written = rows.filter(({ finish }) => finish !== "dropped");
  const sources = yield* scoreTexts(written, binding, signal);
  return rows.map((row) => {
    const own = sources.get(row);
    const result = sampleResult(row, members.get(row) ?? {}, request, models);
    return own === undefined ? result : { ...result, sources: own };
  });
}

function sampleResult(row: Row, rewardMembers: Members, request: BoundRequest, models: Models): SampleResult {
  const { text } = row.stream;
  const reward: Partial<Record<ObjectiveId, number>> = {};
  for (const objective of OBJECTIVES_OF_KIND[request.kind]) {
    const values = rewardMembers[objective];
    if (values !== undefined) reward[objective] = mean(values);
  }
  return {
    lane: row.lane.index,
    sample: row.sample,
    tokens: row.tokens,
    text,
    finish: row.finish ?? "aborted",
    // The prompt's template owns the space before the response.
    truth: models.truth(request.kind, request.prompt, text.startsWith(" ") ? text.slice(1) : text),
    reward,
    rewardMembers,
    klSum: row.klSum,
    klSteer: row.klSteer,
    logprobSum: row.logprobSum,
    baseLogprobSum: row.baseLogprobSum,
  };
}

/** @param samples the lane's own results, in order of `sample` */
export function laneResult(
  lane: LaneOutcome,
  samples: readonly SampleResult[],
  { seed, maxTokens }: Pick<RunRequest, "seed" | "maxTokens">,
  endIds: readonly TokenId[],
): LaneResult {
  const { rejection } = lane;
  const isOut = (sample: number): boolean => rejection?.dropped.includes(sample) === true;
  const selection = selectSample(
    lane.strategy,
    samples.map((own, i) => (isOut(i) ? { ...own, rewardMembers: {}, sources: {} } : own)),
    seed,
  );
  const shown = samples[selection.chosen]!;
  const length = shown.tokens.length;
  const kl = klReport(lane, shown.klSum, shown, selection);
  const sum = kl.type === "exact" ? kl.sum : kl.estimator;
  const spoken = shown.tokens.filter((token) => !endIds.includes(token));
  return {
    lane: lane.index,
    ...selection,
    ...softChoiceOf(lane, selection),
    ...(rejection !== undefined && { rejection: rejectionReport(lane, samples, maxTokens) }),
    kl,
    klSteer: shown.klSteer === null ? null : klReport(lane, shown.klSteer, shown, selection),
    klPerToken: length === 0 ? 0 : sum / length,
    basePerplexity: perplexity(shown.baseLogprobSum, length),
    distinct: [distinctN(spoken, 1), distinctN(spoken, 2), distinctN(spoken, 3)],
    length,
    forwards: lane.forwards,
    ms: lane.ms,
  };
}

/** What was saved at most, and in a study what the dropped texts took; scores at the end where texts have one. */
function rejectionReport(
  { strategy, rejection }: LaneOutcome,
  samples: readonly SampleResult[],
  maxTokens: number,
): RejectionReport {
  const own = rejection!;
  const { scores } = selectSample(strategy, samples, 0);
  const rest = (sample: number): number => (own.isStudy ? samples[sample]!.tokens.length : maxTokens) - own.at;
  return { ...own, end: scores, savedTokens: own.dropped.reduce((sum, sample) => sum + rest(sample), 0) };
}

/** Not defined for token strategies, nor where no sample has a score. */
function softChoiceOf(
  { strategy }: LaneOutcome,
  { scores }: SampleChoice,
): { readonly softChoice?: readonly number[] } {
  if (!("n" in strategy) || scores.every((score) => score === null)) return {};
  return { softChoice: [...softChoiceDistribution(scores, strategy.beta)].map(Math.exp) };
}

/**
 * Token strategies: the exact KL along the text. Best-of-N and blocks: an estimator and a bound (`bestOfNKl`), which blocks
 * sum up along the text.
 * @param klSum of the shown text, to what the report is a KL to
 */
function klReport(
  { strategy, steps = { blocks: 0, klEstimate: 0 } }: LaneOutcome,
  klSum: number,
  { logprobSum }: SampleResult,
  { scores }: SampleChoice,
): KlReport {
  if (strategy.id === "blockwise") {
    const upperBound = blockwiseKlBound(steps.blocks, strategy.k) + klSum;
    return { type: "best-of-n", estimator: steps.klEstimate + klSum, upperBound };
  }
  if (!("n" in strategy)) return { type: "exact", sum: klSum };
  const distribution = strategy.id === "soft-bon" ? softChoiceDistribution(scores, strategy.beta) : null;
  return bestOfNKl(strategy.n, { logprobSum, klSum }, distribution);
}
