/**
 * How often one way of decoding beats another, text against text.
 *
 *   rate = (wins + ties / 2) / n
 *
 * A slight win (a difference below `margin`) is a tie if the winner is more than K characters longer. The rule is that of
 * WildBench (Lin et al., arXiv:2406.04770), because judges like long texts.
 */
import { groupedInterval } from "./interval.ts";

export interface TieRule {
  /** Differences below it are slight; in the unit of the score, >= 0. */
  readonly margin: number;
  /** K, characters, >= 0; Infinity switches the rule off. */
  readonly longerBy: number;
}

/** A text as one comparison sees it. */
export interface Scored {
  readonly score: number;
  /** Characters. */
  readonly length: number;
}

/** What the first text earns: 1 a win, 0.5 a tie, 0 a loss. */
export type Outcome = 0 | 0.5 | 1;

export interface Duel {
  readonly outcome: Outcome;
  /** Duels of one group are not independent: the prompt that both texts answer. */
  readonly group: number;
}

export interface WinRate {
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  /** From 0 to 1. */
  readonly rate: number;
  /** 95 %, with the groups taken into account (`interval.ts`). */
  readonly ci95: readonly [number, number];
  readonly groups: number;
}

export function outcomeOf(first: Scored, second: Scored, { margin, longerBy }: TieRule): Outcome {
  if (first.score === second.score) return 0.5;
  const [winner, loser] = first.score > second.score ? [first, second] : [second, first];
  const isSlight = winner.score - loser.score < margin;
  if (isSlight && winner.length - loser.length > longerBy) return 0.5;
  return winner === first ? 1 : 0;
}

/** null without a duel. */
export function winRate(duels: readonly Duel[]): WinRate | null {
  if (duels.length === 0) return null;
  const count = (outcome: Outcome): number => duels.filter((duel) => duel.outcome === outcome).length;
  const [wins, ties, losses] = [count(1), count(0.5), count(0)];
  const interval = groupedInterval(duels.map(({ outcome, group }) => ({ value: outcome, group })));
  return { wins, ties, losses, rate: (wins + ties / 2) / duels.length, ...interval };
}
