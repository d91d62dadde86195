/** The win matrix of repeated lanes against a recount by hand, and the best-of-N that a lane equals. */
import { describe, expect, test } from "vitest";
import { equalNOf, poolsBy } from "../../../src/state/sweep/equal-n.ts";
import {
  contestantsOf,
  firstShown,
  MAX_CONTESTANTS,
  pairsOf,
  verdictOf,
  winMatrix,
  winnersLonger,
} from "../../../src/state/sweep/matrix.ts";
import { isOwnJudge, measuresOf, scoreOf, spreadOf } from "../../../src/state/sweep/measures.ts";
import { PLAIN_RULE, type SweepPoint } from "../../../src/state/sweep/points.ts";
import { contestants, outcomes, plan, points, TRUTH } from "./repeated-lanes.ts";

describe("the measures of a sweep", () => {
  test("are those that a text has, and the wish only where the lanes share one", () => {
    expect(measuresOf(plan, points).map(({ by, of }) => `${by} ${of}`)).toEqual([
      // The table models have a truth of joy alone.
      "truth joy",
      ...["joy", "adventure", "dialogue", "detail"].map((of) => `judge ${of}`),
      "source s1",
    ]);
    const alike = { ...plan, waves: [plan.waves[0]!.filter((_, i) => i !== 2)] };
    expect(measuresOf(alike, points)[0]).toEqual({ by: "truth", of: "wish" });
  });

  test("say where a score judges its own lanes", () => {
    expect(isOwnJudge(plan, { by: "judge", of: "joy" })).toBe(true);
    expect(isOwnJudge(plan, { by: "source", of: "s1" })).toBe(true);
    expect(isOwnJudge(plan, { by: "judge", of: "detail" })).toBe(false);
    expect(isOwnJudge(plan, TRUTH)).toBe(false);
    const oracle = { strategy: "oracle-bon", weights: { joy: 1 }, beta: 0, n: 4 } as const;
    expect(isOwnJudge({ ...plan, waves: [[oracle]] }, TRUTH)).toBe(true);
  });
});

describe("the win matrix", () => {
  const rule = { measure: TRUTH, slight: 0.5, longerBy: 8 };
  const matrix = winMatrix(contestants, points, rule);

  test("counts what a recount of the texts counts", () => {
    const margin = 0.5 * spreadOf(points, TRUTH);
    expect(matrix.margin).toBe(margin);
    const at = (setting: number, prompt: number, seed: number): SweepPoint =>
      points.find((own) => own.setting === setting && own.prompt === prompt && own.seed === seed)!;
    let ties = 0;
    for (const i of [0, 1, 2, 3])
      for (const j of [0, 1, 2, 3]) {
        const cell = matrix.rows[i]!.cells[j]!;
        if (i === j) {
          expect(cell).toBeNull();
          continue;
        }
        const counts = { wins: 0, ties: 0, losses: 0 };
        for (let prompt = 0; prompt < 10; prompt++)
          for (let seed = 0; seed < 2; seed++) {
            const [a, b] = [at(i, prompt, seed), at(j, prompt, seed)];
            const [x, y] = [a.truth.joy ?? null, b.truth.joy ?? null];
            if (x === null || y === null) continue;
            const longer = x > y ? a.text.length - b.text.length : b.text.length - a.text.length;
            if (x === y || (Math.abs(x - y) < margin && longer > 8)) counts.ties++;
            else if (x > y) counts.wins++;
            else counts.losses++;
          }
        expect(cell).toMatchObject(counts);
        expect(cell.rate).toBeCloseTo((counts.wins + counts.ties / 2) / 20, 12);
        expect(cell.rate + matrix.rows[j]!.cells[i]!.rate).toBeCloseTo(1, 12);
        ties += counts.ties;
      }
    expect(ties).toBeGreaterThan(0);
    expect(matrix.undefinedTexts).toBe(points.filter(({ truth }) => truth.joy === null).length);
  });

  test("of a pair leads to its texts, and says how much longer the winners are", () => {
    const [plain, , best] = contestants;
    const pairs = pairsOf(best!, plain!, rule, matrix.margin);
    expect(pairs).toHaveLength(20);
    for (const { first, second, difference } of pairs) {
      expect([first.prompt, first.seed]).toEqual([second.prompt, second.seed]);
      expect(difference).toBe(scoreOf(first, TRUTH)! - scoreOf(second, TRUTH)!);
    }
    const decided = pairs.filter(({ outcome }) => outcome !== 0.5);
    const extra = decided.map(({ first, second, outcome }) =>
      outcome === 1 ? first.text.length - second.text.length : second.text.length - first.text.length,
    );
    expect(winnersLonger(pairs)).toBeCloseTo(extra.reduce((sum, own) => sum + own, 0) / extra.length, 12);
    expect(winnersLonger([])).toBeNull();
  });

  test("calls better or worse what lies on one side of a half with its whole interval", () => {
    const cell = { wins: 1, ties: 0, losses: 0, rate: 0.7, groups: 4 };
    expect(verdictOf({ ...cell, ci95: [0.51, 0.9] })).toBe("better");
    expect(verdictOf({ ...cell, ci95: [0.5, 0.9] })).toBe("open");
    expect(verdictOf({ ...cell, ci95: [0.1, 0.49] })).toBe("worse");
  });

  test("shows the last setting of each strategy where there are too many", () => {
    const settings = Array.from({ length: 8 }, (_, i) => [
      { strategy: "genarm", weights: { joy: i }, beta: 1, n: 0 } as const,
      { strategy: "bon", weights: { joy: i }, beta: 0, n: 4 } as const,
    ]).flat();
    const rules = [PLAIN_RULE, { ensemble: "wco", lambda: 0 } as const];
    const many = settings.flatMap(({ strategy }, setting) =>
      (strategy === "bon" ? rules : [null]).map((own) => ({ ...points[0]!, setting, strategy, rule: own })),
    );
    const all = contestantsOf(many);
    expect(all.length).toBeGreaterThan(MAX_CONTESTANTS);
    expect(firstShown({ ...plan, waves: [settings] }, all)).toEqual(["14/", "15/mean"]);
    expect(firstShown(plan, contestants)).toHaveLength(4);
  });
});

describe("the best-of-N that a lane equals", () => {
  const pools = poolsBy(plan, outcomes, { by: "judge", of: "joy" });

  test("is read off the pools of the best-of-N lane, ranked as it ranks", () => {
    expect(pools).toHaveLength(20);
    for (const pool of pools) {
      expect(pool).toHaveLength(4);
      // Joy by weight 1 and the rule of short texts by one half.
      expect(pool.some(({ rank, value }) => rank !== value)).toBe(true);
    }
    const plain = equalNOf(contestants[0]!, pools, { by: "judge", of: "joy" });
    const best = equalNOf(contestants[2]!, pools, { by: "judge", of: "joy" });
    expect(best!.n).toBeGreaterThan(plain!.n);
  });

  test("is not told where nothing drew a pool", () => {
    const none = { ...plan, waves: [plan.waves[0]!.filter(({ n }) => n === 0)] };
    expect(poolsBy(none, outcomes, TRUTH)).toEqual([]);
    expect(equalNOf(contestants[0]!, [], TRUTH)).toBeNull();
  });
});
