/** Runs every rater over pairs with a known answer, pair by pair, so that a reader sees the table grow and can end it. */
import type { ProbePair } from "../../core/probe/pairs.ts";
import type { Verdict } from "../../core/probe/verdict.ts";
import { aborted } from "../bundle/loader.ts";
import type { Rater } from "./raters.ts";

export interface ProbeProgress {
  readonly done: number;
  readonly total: number;
  /** The rater at work. */
  readonly rater: string;
  readonly verdicts: readonly Verdict[];
}

/** @throws RunError "aborted", and what a rater fails with */
export async function* probeRewards(
  pairs: readonly ProbePair[],
  raters: readonly Rater[],
  signal: AbortSignal,
): AsyncGenerator<ProbeProgress> {
  const work = raters.flatMap((rater) => pairs.filter(rater.takes).map((pair) => ({ rater, pair })));
  for (const [i, { rater, pair }] of work.entries()) {
    if (signal.aborted) throw aborted();
    yield { done: i + 1, total: work.length, rater: rater.name, verdicts: await rater.judge(pair) };
  }
}
