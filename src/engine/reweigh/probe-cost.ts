/**
 * The weight at which a new source costs a given KL, found on a text that plain sampling writes.
 *
 * The text is written once, with the source at a weight too small to move it, and the scores of every step are kept. KL at
 * any other weight then needs no forward: it is the sum over the steps of the KL to plain sampling at the same temperature and
 * with the same plausible tokens (`RowStep.klSteer`).
 */
import { weightOfPrice } from "../../core/price.ts";
import type { SourceId } from "../../core/sources/spec.ts";
import type { RunRequest, Sampling } from "../../core/types.ts";
import { Binding } from "../decode/binding.ts";
import { guidanceOf } from "../decode/plan.ts";
import type { Models } from "../interfaces.ts";
import { KEPT_BYTES, KeptRuns } from "./kept-runs.ts";
import { PROBE_RUN, samplingOf, steeringBy, UNTRUNCATED, writeTexts, type ProbeControl } from "./probe-text.ts";
import { LaneReweigher } from "./reweigh-lane.ts";

/** A guided text differs from a plain one, and so does its cost: "about" is all that a probe can say. */
export const TARGET_NATS = 3;
/** A whole answer where that is possible: a source may push little in the first words and much later. */
const PROBE_TOKENS = 240;
/** Where the device is slow or the vocabulary large, the text is cut, and the target shrinks with it. */
const PROBE_MS = 6000;
/** What the scores of the text may take of the memory that runs are kept in. */
const SCORE_BYTES = KEPT_BYTES / 2;
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
  control: ProbeControl,
): Promise<ProbedCost | null> {
  const strategyAt = steeringBy(request, id);
  if (strategyAt === null) return null;
  const asked = Math.min(request.maxTokens, PROBE_TOKENS);
  const sampling = samplingOf(request);
  const kept = new KeptRuns();
  const [text] = await writeTexts(request, [strategyAt(UNFELT)], models, control, {
    maxTokens: Math.max(1, Math.min(asked, roomFor(models.policy.vocabSize))),
    end: control.now() + PROBE_MS,
    see: (event) => kept.see(event),
    keep: (step, scores) => kept.take(PROBE_RUN, step, scores),
  });
  // A text that was cut off says little of what a whole one costs.
  if (control.signal.aborted) return null;
  const run = kept.find(PROBE_RUN);
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
  const share = text?.isWhole === true ? 1 : tokens / asked;
  return { ...weightOfPrice(klAt, TARGET_NATS * share), tokens };
}

/** Without what makes a cost infinite: argmax, and truncation after guidance. */
function untruncated({ plausible, temperature }: Sampling): Sampling {
  return { ...UNTRUNCATED, plausible, temperature: temperature === 0 ? 1 : temperature };
}

/** Tokens whose scores can be kept: each has the policy's logits and those of two parts at most. */
function roomFor(vocabSize: number): number {
  return Math.floor(SCORE_BYTES / (3 * Float32Array.BYTES_PER_ELEMENT * vocabSize));
}
