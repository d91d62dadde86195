/** Runs every rater over pairs with a known answer, pair by pair, so that a reader sees the table grow and can end it. */
import type { ProbePair } from "../../core/probe/pairs.ts";
import type { ProbeNews } from "../../core/probe/ask.ts";
import { aborted } from "../bundle/loader.ts";
import type { Rater } from "./raters.ts";

/** @throws RunError "aborted", and what a rater fails with */
export async function* probeRewards(
  pairs: readonly ProbePair[],
  raters: readonly Rater[],
  signal: AbortSignal,
): AsyncGenerator<ProbeNews & { readonly type: "verdicts" }> {
  const work = raters.flatMap((rater) => pairs.filter(rater.takes).map((pair) => ({ rater, pair })));
  for (const [i, { rater, pair }] of work.entries()) {
    if (signal.aborted) throw aborted();
    yield { type: "verdicts", done: i + 1, total: work.length, rater: rater.name, verdicts: await rater.judge(pair) };
  }
}
