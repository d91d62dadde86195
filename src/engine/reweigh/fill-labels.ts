/** Classifiers that were off while a lane ran, asked afterwards about the candidates of every step: k texts a step. */
import type { PushId, TokenId } from "../../core/types.ts";
import { bannedOf } from "../decode/banned.ts";
import { labelLogOddsOf } from "../decode/candidate-values.ts";
import { likeliestCandidates } from "../decode/candidates.ts";
import type { ValueReading } from "./fill-in.ts";
import type { Models } from "../interfaces.ts";
import type { KeptRun, KeptStep } from "./kept-runs.ts";
import type { ValueGuidance } from "../decode/plan.ts";
import { TextStream } from "../decode/text-stream.ts";

export interface LabelReading extends ValueReading {
  /** The sources that had something to read. */
  readonly filled: readonly PushId[];
}

/** Whether a classifier is wanted that was not asked about the first k candidates of some step. */
export function lacksLabels(steps: readonly KeptStep[], { k, labels }: ValueGuidance): boolean {
  return steps.some(({ values }) =>
    labels.some(({ column }) => values.length < k || values.slice(0, k).some((own) => isUnknown(own, column))),
  );
}

/**
 * Only what is missing is asked, one batched forward a step and classifier.
 * @param goesOn is asked after every step, for many take as long as decoding them did
 * @returns null where it was told to stop
 */
export async function readLabels(
  models: Models,
  run: KeptRun,
  steps: readonly KeptStep[],
  { k, labels, width }: ValueGuidance,
  goesOn: () => Promise<boolean>,
): Promise<LabelReading | null> {
  const banned = bannedOf(run.request, models.tokenizer);
  const stream = TextStream.after(models.tokenizer, run.promptTokens);
  const candidates: (readonly TokenId[])[] = [];
  const values: (readonly Float64Array[])[] = [];
  const filled = new Set<PushId>();
  for (const kept of steps) {
    const own = likeliestCandidates(kept.policy, k, banned);
    const vectors = own.map((token) => widened(kept.values[kept.candidates.indexOf(token)], width));
    for (const guide of labels) {
      const missing = own.flatMap((_, c) => (isUnknown(vectors[c]!, guide.column) ? [c] : []));
      if (missing.length === 0) continue;
      filled.add(guide.id);
      const odds = await labelLogOddsOf(
        guide,
        stream,
        missing.map((c) => own[c]!),
      );
      for (const [i, c] of missing.entries()) vectors[c]![guide.column] = odds[i]!;
    }
    candidates.push(own);
    values.push(vectors);
    stream.push(kept.step.token);
    if (!(await goesOn())) return null;
  }
  return { candidates, values, filled: [...filled] };
}

export function isUnknown(values: Float64Array, column: number): boolean {
  return Number.isNaN(values[column] ?? NaN);
}

/** A copy with room for every column; what is not known is NaN. */
export function widened(known: Float64Array | undefined, width: number): Float64Array {
  const all = new Float64Array(width).fill(NaN);
  if (known !== undefined) all.set(known);
  return all;
}
