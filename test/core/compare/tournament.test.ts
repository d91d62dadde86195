import { describe, expect, test } from "vitest";
import { majorityTournament, tournament } from "../../../src/core/compare/tournament.ts";
import { fc } from "../../properties.ts";

describe("a majority tournament", () => {
  test("shows the circle of Condorcet", () => {
    const found = majorityTournament([
      [3, 1, 2],
      [2, 3, 1],
      [1, 2, 3],
    ]);
    expect(found.copeland).toEqual([0, 0, 0]);
    expect(found.cyclic).toBe(1);
    expect(found.circles).toEqual([[0, 1, 2]]);
    expect(found.winner).toBe(0);
  });

  test("costs both where neither wins", () => {
    const { beats, copeland } = majorityTournament([
      [1, 0],
      [0, 1],
    ]);
    expect(beats).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(copeland).toEqual([-1, -1]);
  });

  test("with one wish is the ranking by that wish, without circles", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 9 }), (values) => {
        const { copeland, cyclic, winner } = majorityTournament(values.map((value) => [value]));
        expect(winner).toBe(values.indexOf(Math.max(...values)));
        expect(copeland).toEqual(
          values.map((own) => values.filter((v) => v < own).length - values.filter((v) => v > own).length),
        );
        expect(cyclic).toBe(0);
      }),
    );
  });

  test("finds every circle that a search over ordered triples finds", () => {
    const table = fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 3 }), {
      minLength: 1,
      maxLength: 7,
    });
    fc.assert(
      fc.property(table, (samples) => {
        const wins = (i: number, j: number): boolean => samples[i]!.filter((x, d) => x > samples[j]![d]!).length >= 2;
        let ordered = 0;
        for (const i of samples.keys())
          for (const j of samples.keys())
            for (const k of samples.keys()) if (wins(i, j) && wins(j, k) && wins(k, i)) ordered++;
        const { circles, cyclic } = majorityTournament(samples);
        // A circle of three begins at three places.
        expect(circles.length * 3).toBe(ordered);
        for (const [i, j, k] of circles) expect(wins(i, j) && wins(j, k) && wins(k, i)).toBe(true);
        const n = samples.length;
        expect(cyclic).toBeCloseTo(n < 3 ? 0 : ordered / 3 / ((n * (n - 1) * (n - 2)) / 6), 12);
      }),
    );
  });
});

test("a tournament of nobody and of one", () => {
  expect(tournament(1, () => true)).toMatchObject({ copeland: [0], winner: 0, cyclic: 0 });
  expect(tournament(0, () => true).copeland).toEqual([]);
});
