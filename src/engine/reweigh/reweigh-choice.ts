/** Best-of-N under other weights: the stored rewards of the samples that were drawn, ranked anew. No forward. */
import type { DrawnSamples, LaneTarget, ReweighedChoice } from "../../core/reweighing.ts";
import type { SampleResult, TokenId } from "../../core/types.ts";
import { laneResult } from "../decode/results.ts";

/** null where the lane is not done, so that nothing was judged. */
export function reweighChoice({ request, samples, results }: DrawnSamples, target: LaneTarget): ReweighedChoice | null {
  const { lane, strategy } = target;
  const ran = results.find((result) => result.lane === lane);
  const own = samples.filter((sample) => sample.lane === lane).toSorted((a, b) => a.sample - b.sample);
  if (ran === undefined || own.length === 0 || !("n" in strategy)) return null;
  // More samples than were drawn cannot be ranked.
  const ranked = { ...strategy, n: own.length };
  // What was dropped stays dropped: it was never written, or only to be measured.
  const { forwards, ms, rejection } = ran;
  const outcome = { index: lane, strategy: ranked, forwards: { ...forwards }, ms, ...(rejection && { rejection }) };
  const result = laneResult(outcome, own, request, endsOf(samples));
  return { type: "choice", lane, result };
}

/** The end tokens of texts that ended by themselves. */
function endsOf(samples: readonly SampleResult[]): TokenId[] {
  return samples.flatMap(({ finish, tokens }) => (finish === "eos" ? tokens.slice(-1) : []));
}
