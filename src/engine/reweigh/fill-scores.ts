/** Sources that were off in a best-of-N lane score its samples afterwards, so that it can be ranked by them. */
import { isObjective, pushIds } from "../../core/push-ids.ts";
import type { DrawnSamples, LaneTarget } from "../../core/reweighing.ts";
import type { SourceId } from "../../core/sources/spec.ts";
import type { SampleResult } from "../../core/types.ts";
import type { Models } from "../interfaces.ts";
import { Binding } from "../decode/binding.ts";
import { scoreText } from "../decode/text-scores.ts";

/** Sources that a lane is to be ranked by, though some of its samples were not scored by them. */
export function missingScores({ samples }: Pick<DrawnSamples, "samples">, { lane, strategy }: LaneTarget): SourceId[] {
  if (!("n" in strategy)) return [];
  const own = samples.filter((sample) => sample.lane === lane);
  const wanted = pushIds(strategy.weights).filter((id) => (strategy.weights[id] ?? 0) !== 0);
  return wanted.flatMap((id) =>
    !isObjective(id) && own.some(({ sources }) => sources?.[id] === undefined) ? [id] : [],
  );
}

/**
 * Measuring: nothing is charged to the lane.
 * @param goesOn is asked after every sample
 * @returns all samples of the run, those of the lane with their scores; null where it was told to stop
 */
export async function readScores(
  models: Models,
  { request, samples }: DrawnSamples,
  target: LaneTarget,
  goesOn: () => Promise<boolean>,
): Promise<readonly SampleResult[] | null> {
  const missing = missingScores({ samples }, target);
  const context = { binding: new Binding(models, request), charge: () => undefined };
  const scored: SampleResult[] = [];
  for (const sample of samples) {
    if (sample.lane !== target.lane) {
      scored.push(sample);
      continue;
    }
    const sources: Record<SourceId, number | null> = { ...sample.sources };
    const said = { tokens: sample.tokens, text: sample.text.trim() };
    for (const id of missing) sources[id] ??= await scoreText(context.binding.source(id), said, context);
    scored.push({ ...sample, sources });
    if (!(await goesOn())) return null;
  }
  return scored;
}
