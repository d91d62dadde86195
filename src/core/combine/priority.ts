/**
 * Priority with margins: the most important wish decides if it can, and only then the next one.
 *
 *   i beats j   at the first wish of the order on which they differ by more than its margin, if i is the higher there
 *
 * HERON (Bukharin et al., arXiv:2309.02632). With margins the order can go in a circle, so the pick is the candidate with
 * the most wins less losses, not a maximum.
 */
import { tournament, type Tournament } from "../compare/tournament.ts";

export interface Priority {
  /** Column of the wish. */
  readonly wish: number;
  /** Units of that wish, >= 0. */
  readonly margin: number;
}

/** @param samples `[N, wishes]`, each in the direction of the wish @param order the most important wish first */
export function priorityTournament(samples: readonly (readonly number[])[], order: readonly Priority[]): Tournament {
  return tournament(samples.length, (i, j) => {
    for (const { wish, margin } of order) {
      const difference = samples[i]![wish]! - samples[j]![wish]!;
      if (Math.abs(difference) > margin) return difference > 0;
    }
    return false;
  });
}
