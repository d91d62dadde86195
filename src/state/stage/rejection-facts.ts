/** What dropping texts early saved and lost, as far as it is known. */
import { spearman } from "../../core/lens/ranks.ts";
import type { LaneResult } from "../../core/types.ts";

export interface RejectionFacts {
  /** Tokens after which texts were ranked as they stood. */
  readonly at: number;
  readonly dropped: number;
  readonly kept: number;
  /** Policy's rows: at most so many without a study. */
  readonly savedTokens: number;
  readonly isStudy: boolean;
  /** Spearman's rank correlation of the scores at `at` and at the end, over `texts` that have both; null where it has none. */
  readonly correlation: number | null;
  readonly texts: number;
  /**
   * How much higher the best text would have scored without dropping, 0 where the best was kept; null where the dropped
   * texts were not written to their end.
   */
  readonly lost: number | null;
}

export function rejectionFacts({ rejection, scores, chosen }: LaneResult): RejectionFacts | null {
  if (rejection === undefined) return null;
  const { at, half, end, dropped, isStudy, savedTokens } = rejection;
  const both = half.flatMap((score, sample) => {
    const last = end[sample] ?? null;
    return score === null || last === null ? [] : [[score, last] as const];
  });
  const best = Math.max(...end.flatMap((score) => score ?? []));
  const shown = scores[chosen] ?? null;
  return {
    at,
    dropped: dropped.length,
    kept: half.length - dropped.length,
    savedTokens,
    isStudy,
    correlation: spearman(
      both.map(([score]) => score),
      both.map(([, last]) => last),
    ),
    texts: both.length,
    lost: (isStudy || dropped.length === 0) && shown !== null ? Math.max(0, best - shown) : null,
  };
}
