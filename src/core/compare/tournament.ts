/**
 * A tournament: every candidate meets every other one, and nobody has to be best.
 *
 *   i beats j       on more than half of the wishes i is strictly higher than j
 *   Copeland(i)     = wins - losses, where a meeting that i does not win counts as lost
 *   cyclic share    = triples in which each beats one and loses to one / all triples
 *
 * So a meeting without a winner costs both, and Copeland scores rank as the numbers of wins do.
 * Majorities can go in a circle, which no single reward can express: the case for general preference models (Zhang et
 * al., arXiv:2410.02197).
 */
import { bestOfN } from "../best-of-n.ts";

export interface Tournament {
  /** `[N, N]`: 1 where the row beats the column, -1 where it loses, 0 where neither wins. */
  readonly beats: readonly (readonly number[])[];
  readonly copeland: readonly number[];
  /** Highest Copeland score, the first on ties. */
  readonly winner: number;
  /** Candidates that go in a circle: the first beats the second, the second the third, and the third the first. */
  readonly circles: readonly (readonly [number, number, number])[];
  /** Circles over all triples, from 0 to 1; 0 with fewer than three candidates. */
  readonly cyclic: number;
}

/** @param samples `[N, wishes]`, each in the direction of the wish, N >= 1 */
export function majorityTournament(samples: readonly (readonly number[])[]): Tournament {
  return tournament(samples.length, (i, j) => {
    const [one, other] = [samples[i]!, samples[j]!];
    const higher = one.filter((value, wish) => value > other[wish]!).length;
    return higher > one.length / 2;
  });
}

/** @param isBetter whether candidate i beats j; of i against j and j against i at most one holds */
export function tournament(size: number, isBetter: (i: number, j: number) => boolean): Tournament {
  const all = Array.from({ length: size }, (_, i) => i);
  const beats = all.map((i) => all.map((j) => (i === j ? 0 : isBetter(i, j) ? 1 : isBetter(j, i) ? -1 : 0)));
  const copeland = beats.map((row) => 2 * row.filter((result) => result === 1).length - (size - 1));
  const circles = circlesOf(beats);
  const triples = (size * (size - 1) * (size - 2)) / 6;
  const cyclic = triples === 0 ? 0 : circles.length / triples;
  return { beats, copeland, winner: bestOfN(copeland), circles, cyclic };
}

function circlesOf(beats: readonly (readonly number[])[]): (readonly [number, number, number])[] {
  const circles: (readonly [number, number, number])[] = [];
  for (let i = 0; i < beats.length; i++)
    for (let j = i + 1; j < beats.length; j++)
      for (let k = j + 1; k < beats.length; k++) {
        const [ij, jk, ki] = [beats[i]![j]!, beats[j]![k]!, beats[k]![i]!];
        if (ij === 1 && jk === 1 && ki === 1) circles.push([i, j, k]);
        if (ij === -1 && jk === -1 && ki === -1) circles.push([k, j, i]);
      }
  return circles;
}
