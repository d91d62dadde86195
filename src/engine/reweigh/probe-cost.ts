/**
 * The weight at which a new source costs a given KL, found on a text that plain sampling writes.
 *
 * The text is written once, with the source at a weight too small to move it, and the scores of every step are kept. KL at
 * any other weight then needs no forward: it is the sum over the steps of the KL to plain sampling at the same temperature and
 * with the same plausible tokens (`RowStep.klSteer`).
 */
import { RunError } from "../../core/errors.ts";
import { weightOfPrice } from "../../core/price.ts";
import { canWeigh, type SourceId } from "../../core/sources/spec.ts";
import type { RunRequest, Sampling, Strategy } from "../../core/types.ts";
import { Binding } from "../decode/binding.ts";
import { decode } from "../decode/loop.ts";
import { guidanceOf } from "../decode/plan.ts";
import type { Models, RunControl } from "../interfaces.ts";
import { KEPT_BYTES, KeptRuns } from "./kept-runs.ts";
import { LaneReweigher } from "./reweigh-lane.ts";

/** A guided text differs from a plain one, and so does its cost: "about" is all that a probe can say. */
export const TARGET_NATS = 3;
/** A whole answer where that is possible: a source may push little in the first words and much later. */
const PROBE_TOKENS = 240;
/** Where the device is slow or the vocabulary large, the text is cut, and the target shrinks with it. */
const PROBE_MS = 6000;
/** What the scores of the text may take of the memory that runs are kept in. */
const SCORE_BYTES = KEPT_BYTES / 2;
/** Classifiers read every candidate's text. */
const PROBE_CANDIDATES = 8;
const PLAIN: Sampling = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 };
const RUN = "probe";
/** Not 0, so that the source is asked, and too small to change a token. */
const UNFELT = 1e-12;

export interface ProbedCost {
  readonly weight: number;
  /** KL that this weight costs over the probe's text, and its length. */
  readonly nats: number;
  readonly tokens: number;
}

/**
 * @param request gives prompt, seed, length, sampling and sources; its lanes only the strength
 * @returns null for a source that steers no tokens
 * @throws RunError what a run of the source fails with
 */
export async function probeCost(
  request: RunRequest,
  id: SourceId,
  models: Models,
  control: Pick<RunControl, "signal" | "now" | "turn">,
): Promise<ProbedCost | null> {
  const spec = request.sources?.find((each) => each.id === id);
  const strategyAt =
    spec === undefined ? null : steeringBy(request, id, canWeigh("genarm", spec), canWeigh("vas", spec));
  if (strategyAt === null) return null;
  const asked = Math.min(request.maxTokens, PROBE_TOKENS);
  const sampling = request.lanes[0]?.sampling ?? PLAIN;
  const lanes = [{ name: RUN, strategy: strategyAt(UNFELT), sampling }];
  const kept = new KeptRuns();
  const abort = new AbortController();
  const end = control.now() + PROBE_MS;
  const watch: RunControl = {
    signal: AbortSignal.any([control.signal, abort.signal]),
    now: () => control.now(),
    turn: async () => {
      if (control.now() > end) abort.abort();
      await control.turn();
    },
    takeChanges: () => [],
    keep: (step, scores) => kept.take(RUN, step, scores),
  };
  const { schedule: _, ...own } = request;
  const maxTokens = Math.max(1, Math.min(asked, roomFor(models.policy.vocabSize)));
  let isWhole = false;
  for await (const event of decode(RUN, { ...own, maxTokens, lanes }, models, watch)) {
    if (event.type === "failed") throw new RunError(event.error.code, event.error.message, event.error.details);
    if (event.type === "sample") isWhole = event.result.finish === "eos";
    kept.see(event);
  }
  const run = kept.find(RUN);
  const tokens = run?.lanes.get(0)?.length ?? 0;
  if (run === null || tokens === 0) return null;
  const binding = new Binding(models, run.request);
  const klAt = (weight: number): number => {
    const target = { lane: 0, strategy: strategyAt(weight), sampling: untruncated(sampling) };
    const reweigher = new LaneReweigher(run, models, target, guidanceOf(target.strategy, binding));
    let sum = 0;
    for (let position = 0; position < tokens; position++) sum += reweigher.weigh(position, false).step.klSteer!;
    return sum;
  };
  // A text that was cut short is a part of an answer, and so is what it may cost.
  const share = isWhole ? 1 : tokens / asked;
  return { ...weightOfPrice(klAt, TARGET_NATS * share), tokens };
}

/** Without what makes a cost infinite: argmax, and truncation after guidance. */
function untruncated({ plausible, temperature }: Sampling): Sampling {
  return { ...PLAIN, plausible, temperature: temperature === 0 ? 1 : temperature };
}

/** Tokens whose scores can be kept: each has the policy's logits and those of two parts at most. */
function roomFor(vocabSize: number): number {
  return Math.floor(SCORE_BYTES / (3 * Float32Array.BYTES_PER_ELEMENT * vocabSize));
}

/** The strategy that the source steers, at the strength of the request's first steered lane; null for one that only ranks. */
function steeringBy(
  request: RunRequest,
  id: SourceId,
  isTerm: boolean,
  isLabel: boolean,
): ((weight: number) => Strategy) | null {
  const betas = request.lanes.flatMap(({ strategy }) => (strategy.id === "base" ? [] : [strategy.beta]));
  const beta = betas.find((each) => each < Infinity) ?? 1;
  if (isTerm) return (weight) => ({ id: "genarm", beta, weights: { [id]: weight } });
  if (!isLabel) return null;
  const vas = request.lanes.find(({ strategy }) => strategy.id === "vas")?.strategy;
  const k = Math.min(PROBE_CANDIDATES, vas?.id === "vas" ? vas.k : PROBE_CANDIDATES);
  return (weight) => ({ id: "vas", beta, weights: { [id]: weight }, k });
}
