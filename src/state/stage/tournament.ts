/** The tournament of a best-of-N lane's samples: who beats whom on most of the wishes, and where that goes in a circle. */
import { wishIds, wishTournament } from "../../core/combine/rank.ts";
import { strategyNow, type LaneView } from "../run/view.ts";
import { sampleResults } from "./sample-board.ts";

export interface Player {
  /** Number of the sample, from 0. */
  readonly sample: number;
  readonly wins: number;
  readonly losses: number;
  /** Wins less all other meetings. */
  readonly copeland: number;
  readonly isWinner: boolean;
  /** By the number of the other sample: 1 won, -1 lost, 0 neither. */
  readonly against: ReadonlyMap<number, number>;
}

export interface SampleTournament {
  /** Most wins first. */
  readonly players: readonly Player[];
  /** Numbers of three samples, each of which beats the next one, and the last the first. */
  readonly circles: readonly (readonly [number, number, number])[];
  /** Share of all triples that go in a circle. */
  readonly cyclic: number;
  readonly wishes: number;
}

/** Null for a lane that is not done or whose samples cannot meet; the truth plays no part in it. */
export function sampleTournament(lane: LaneView): SampleTournament | null {
  const strategy = strategyNow(lane);
  if (lane.result === null || !("n" in strategy) || strategy.id === "oracle-bon") return null;
  const results = sampleResults(lane);
  const found = wishTournament(strategy, results);
  if (found === null) return null;
  const numbers = found.samples.map((index) => results[index]?.sample ?? index);
  const players = found.beats.map((row, i): Player => {
    const others = row.map((result, j) => [numbers[j] ?? j, result] as const).filter((_, j) => j !== i);
    return {
      sample: numbers[i] ?? i,
      wins: row.filter((result) => result === 1).length,
      losses: row.filter((result) => result === -1).length,
      copeland: found.copeland[i] ?? 0,
      isWinner: i === found.winner,
      against: new Map(others),
    };
  });
  players.sort((a, b) => b.copeland - a.copeland || a.sample - b.sample);
  const circles = found.circles.map(([a, b, c]) => [numbers[a] ?? a, numbers[b] ?? b, numbers[c] ?? c] as const);
  return { players, circles, cyclic: found.cyclic, wishes: wishIds(strategy).length };
}
