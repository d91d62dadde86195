/** What the probes of a source share: how it steers, and texts that are written without being scored or told of. */
import type { Passage } from "../../core/coherence.ts";
import { RunError } from "../../core/errors.ts";
import { canWeigh, type SourceId } from "../../core/sources/spec.ts";
import type { RowStep, RunEvent, RunRequest, Sampling, Strategy, TokenId } from "../../core/types.ts";
import { decode } from "../decode/loop.ts";
import type { Models, RunControl, StepScores } from "../interfaces.ts";

export type ProbeControl = Pick<RunControl, "signal" | "now" | "turn">;

/** Classifiers read every candidate's text. */
const PROBE_CANDIDATES = 8;
/** What a probe's run is called. */
export const PROBE_RUN = "probe";

/** Every token may be drawn. */
export const UNTRUNCATED: Sampling = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 };

/**
 * The strategy that a source steers, at the strength of the request's first steered lane; null for one that only ranks texts,
 * and for one that the request does not know.
 */
export function steeringBy(request: RunRequest, id: SourceId): ((weight: number) => Strategy) | null {
  const spec = request.sources?.find((each) => each.id === id);
  if (spec === undefined) return null;
  const betas = request.lanes.flatMap(({ strategy }) => (strategy.id === "base" ? [] : [strategy.beta]));
  const beta = betas.find((each) => each < Infinity) ?? 1;
  if (canWeigh("genarm", spec)) return (weight) => ({ id: "genarm", beta, weights: { [id]: weight } });
  if (!canWeigh("vas", spec)) return null;
  const vas = request.lanes.find(({ strategy }) => strategy.id === "vas")?.strategy;
  const k = Math.min(PROBE_CANDIDATES, vas?.id === "vas" ? vas.k : PROBE_CANDIDATES);
  return (weight) => ({ id: "vas", beta, weights: { [id]: weight }, k });
}

/** As settings of the request's first lane say. */
export function samplingOf(request: RunRequest): Sampling {
  return request.lanes[0]?.sampling ?? UNTRUNCATED;
}

export interface WrittenText extends Passage {
  /** Whether the model ended it by itself. */
  readonly isWhole: boolean;
}

export interface WriteOptions {
  readonly maxTokens: number;
  /** The time when writing ends, whatever is missing. */
  readonly end: number;
  /** Hears of the run's beginning. */
  readonly see?: (event: RunEvent) => void;
  readonly keep?: (step: RowStep, scores: StepScores) => void;
}

/**
 * Writes one text for each strategy, all together, and stops before they would be scored: a probe looks at the words alone.
 * @throws RunError what a run of the source fails with
 */
export async function writeTexts(
  request: RunRequest,
  strategies: readonly Strategy[],
  models: Models,
  control: ProbeControl,
  { maxTokens, end, see, keep }: WriteOptions,
): Promise<readonly WrittenText[]> {
  const watch: RunControl = {
    // The run never hears of an end: it would score what it has.
    signal: new AbortController().signal,
    now: () => control.now(),
    turn: () => control.turn(),
    takeChanges: () => [],
    ...(keep && { keep, keepsWhole: true }),
  };
  const { schedule: _, ...own } = request;
  const sampling = samplingOf(request);
  const lanes = strategies.map((strategy, lane) => ({ name: `${PROBE_RUN} ${lane}`, strategy, sampling }));
  const texts = strategies.map(() => ({ tokens: [] as TokenId[], baseLogprobSum: 0, isWhole: false }));
  for await (const event of decode(PROBE_RUN, { ...own, maxTokens, lanes }, models, watch)) {
    see?.(event);
    if (event.type === "failed") throw new RunError(event.error.code, event.error.message, event.error.details);
    if (event.type !== "step") continue;
    for (const { lane, token, baseLogprob } of event.rows) {
      const text = texts[lane]!;
      text.isWhole = models.tokenizer.endIds.includes(token);
      if (text.isWhole) continue;
      text.tokens.push(token);
      text.baseLogprobSum += baseLogprob;
    }
    const isDone = texts.every(({ tokens, isWhole }) => isWhole || tokens.length === maxTokens);
    if (isDone || control.signal.aborted || control.now() > end) break;
  }
  return texts;
}
