/** Decodes every prompt with every lane and seed, and keeps what a reader of the results needs. */
import { toErrorData, type ErrorData } from "../../src/core/errors.ts";
import type { BlockChoice, RejectionReport } from "../../src/core/blocks/spec.ts";
import { rowsOf } from "../../src/core/rows.ts";
import type { SourceId } from "../../src/core/sources/spec.ts";
import type {
  KlReport,
  LaneRequest,
  LaneResult,
  Rewards,
  RunEvent,
  RunRequest,
  SampleResult,
  Truth,
} from "../../src/core/types.ts";
import { runRequest, type EvalRequest, type Prompt } from "./input.ts";

/** One lane's answer to one prompt with one seed. */
export interface EvalRun {
  readonly promptId: string;
  readonly lane: string;
  readonly seed: number;
  readonly tokens: readonly number[];
  readonly text: string;
  readonly finish: "eos" | "length";
  readonly truth: Truth;
  readonly reward: Rewards;
  /** Scores by the sources of the request that some lane weighs; absent where none is. */
  readonly sources?: Readonly<Record<SourceId, number | null>>;
  /** To plain sampling under the same settings; null where that is infinite. */
  readonly klSteer: number | null;
  /** To pi_ref at temperature 1, untruncated. */
  readonly klSum: number;
  readonly klPerToken: number;
  readonly basePerplexity: number;
  readonly distinct2: number;
  readonly forwards: Readonly<Record<string, number>>;
  readonly ms: number;
  readonly samples?: readonly EvalSample[];
  /** Of a best-of-N lane that dropped texts early. */
  readonly rejection?: RejectionReport;
  /** Of a blockwise lane: the continuations of each block, what they scored and which went on. */
  readonly blocks?: readonly Omit<BlockChoice, "lane">[];
}

/** A lane that gave no answer to a prompt, in its place. */
export interface FailedRun extends Pick<EvalRun, "promptId" | "lane" | "seed"> {
  readonly error: ErrorData;
}

export function isFailed(run: EvalRun | FailedRun): run is FailedRun {
  return "error" in run;
}

/** A sample of best-of-N. */
export interface EvalSample {
  readonly tokens: readonly number[];
  readonly text: string;
  readonly finish: string;
  readonly truth: Truth;
  readonly reward: Rewards;
  /** What the lane ranked by; null where it is not defined. */
  readonly score: number | null;
  readonly isChosen: boolean;
}

/** Decodes one request to its end. */
export type RunOnce = (request: RunRequest) => Promise<readonly RunEvent[]>;

/** Rows decoded together: more gain little and take memory. */
const ROWS_TOGETHER = 32;
const LANES_TOGETHER = 12;

/**
 * In the order prompt, lane, seed, whatever was decoded together. A prompt that fails has its error in its place, and the
 * others are done.
 * @param onRuns is told of all runs so far whenever some end, in the same order
 */
export async function runAll(
  prompts: readonly Prompt[],
  request: EvalRequest,
  runOnce: RunOnce,
  onProgress: (done: number) => void,
  onRuns: (runs: readonly (EvalRun | FailedRun)[]) => void = () => undefined,
): Promise<readonly (EvalRun | FailedRun)[]> {
  const groups = groupLanes(request.lanes);
  const laneOf = (run: EvalRun | FailedRun): number => request.lanes.findIndex((lane) => lane.name === run.lane);
  let runs: readonly (EvalRun | FailedRun)[] = [];
  for (const { id, kind, prompt } of prompts) {
    const before = runs;
    const own: (EvalRun | FailedRun)[] = [];
    for (const seed of request.seeds) {
      for (const lanes of groups) {
        const place = { promptId: id, seed, lanes };
        try {
          const { maxTokens, sources, system } = request;
          const events = await runOnce(runRequest({ kind, prompt, seed, maxTokens, sources, system, lanes }));
          own.push(...readRun(place, events));
        } catch (error) {
          own.push(...failedRuns(place, toErrorData(error)));
        }
        // Stable: seeds of a lane stay in their order.
        runs = [...before, ...own.toSorted((a, b) => laneOf(a) - laneOf(b))];
        onProgress(runs.length);
        onRuns(runs);
      }
    }
  }
  return runs;
}

function groupLanes(lanes: readonly LaneRequest[]): LaneRequest[][] {
  const groups: LaneRequest[][] = [];
  let rows = 0;
  for (const lane of lanes) {
    const own = rowsOf(lane.strategy);
    const last = groups.at(-1);
    if (last !== undefined && rows + own <= ROWS_TOGETHER && last.length < LANES_TOGETHER) {
      last.push(lane);
      rows += own;
    } else {
      groups.push([lane]);
      rows = own;
    }
  }
  return groups;
}

interface RunPlace {
  readonly promptId: string;
  readonly seed: number;
  readonly lanes: readonly LaneRequest[];
}

function failedRuns({ promptId, seed, lanes }: RunPlace, error: ErrorData): FailedRun[] {
  return lanes.map((lane) => ({ promptId, lane: lane.name, seed, error }));
}

function readRun({ promptId, seed, lanes }: RunPlace, events: readonly RunEvent[]): (EvalRun | FailedRun)[] {
  const last = events.at(-1);
  if (last?.type === "failed") return failedRuns({ promptId, seed, lanes }, last.error);
  if (last?.type !== "finished") throw new Error(`the run of prompt ${promptId} has no end`);
  const samples = events.flatMap((event) => (event.type === "sample" ? [event.result] : []));
  const blocks = events.flatMap((event) => (event.type === "block" ? [event.choice] : []));
  return last.lanes.map((result, index) => {
    const written = blocks.flatMap(({ lane: at, ...choice }) => (at === result.lane ? [choice] : []));
    const own = samples.filter((sample) => sample.lane === result.lane);
    const chosen = own[result.chosen];
    const lane = lanes[index];
    if (chosen === undefined || lane === undefined)
      throw new Error(`lane ${index} of prompt ${promptId} has no sample`);
    return {
      promptId,
      lane: lane.name,
      seed,
      ...spoken(chosen),
      finish: chosen.finish === "eos" ? "eos" : "length",
      klSteer: result.klSteer === null ? null : estimateOf(result.klSteer),
      klSum: estimateOf(result.kl),
      klPerToken: result.klPerToken,
      basePerplexity: result.basePerplexity,
      distinct2: result.distinct[1],
      forwards: result.forwards,
      ms: result.ms,
      ...(result.rejection !== undefined ? { rejection: result.rejection } : {}),
      ...(written.length > 0 ? { blocks: written } : {}),
      ...(own.length > 1 ? { samples: own.map((sample) => sampleOf(sample, result)) } : {}),
    };
  });
}

function estimateOf(report: KlReport): number {
  return report.type === "exact" ? report.sum : report.estimator;
}

/** The template owns the space before a response. */
function spoken({
  tokens,
  text,
  truth,
  reward,
  sources,
}: SampleResult): Pick<EvalRun, "tokens" | "text" | "truth" | "reward" | "sources"> {
  const said = text.startsWith(" ") ? text.slice(1) : text;
  return { tokens, text: said, truth, reward, ...(sources !== undefined && { sources }) };
}

function sampleOf(sample: SampleResult, lane: LaneResult): EvalSample {
  const score = lane.scores[sample.sample] ?? null;
  return { ...spoken(sample), finish: sample.finish, score, isChosen: sample.sample === lane.chosen };
}
