/** What the charts show, over real decoding with a judge of five members: tables, fronts, bands, turns and caps. */
import { describe, expect, test } from "vitest";
import { mean, populationVariance } from "../../../src/core/stats.ts";
import { readPool } from "../../../src/core/pool.ts";
import { jobsOf, settingsOf, type JobOutcome, type SweepPlan } from "../../../src/core/sweep.ts";
import { sweep } from "../../../src/engine/decode/sweep.ts";
import { chartCsv, curveTable, mapTable, type ChartTable } from "../../../src/ui/sweep/chart-tables.ts";
import { curves } from "../../../src/state/sweep/curves.ts";
import { defaultForm, parseValues, planOf, type NoPlan, type SweepForm } from "../../../src/state/sweep/form.ts";
import { judgeMembers, PLAIN_RULE, type SweepPoint } from "../../../src/state/sweep/points.ts";
import { Reader } from "../../../src/state/sweep/reader.ts";
import { capped } from "../../../src/state/sweep/rules.ts";
import { frontSteps, tradeoffMap } from "../../../src/state/sweep/tradeoff.ts";
import { defaultSettings, noWeights } from "../../../src/state/settings/settings-data.ts";
import { fakeControl } from "../../fakes.ts";
import { modelsWithJudge } from "./table-api.ts";

/** A seed whose winners are likely enough for the estimator of the KL to differ from its bound. */
const rail = { ...defaultSettings(), seed: 20261, weights: { ...noWeights(), joy: 1 } };
const form = {
  ...defaultForm(),
  typed: "A goose",
  seeds: 3,
  maxTokens: 10,
  strategies: ["base", "genarm", "bon"] as const,
};

async function run(plan: SweepPlan): Promise<Map<number, JobOutcome>> {
  const outcomes = new Map<number, JobOutcome>();
  const requests = jobsOf(plan).map((job) => job.request);
  for await (const event of sweep("s", requests, modelsWithJudge(5), fakeControl())) {
    if (event.type === "ran") outcomes.set(event.job, event.outcome);
  }
  return outcomes;
}

function plan(axis: "weights" | "strength" | "n", values: string): SweepPlan {
  const own = { ...form, strategies: [...form.strategies], axis, values: { ...form.values, [axis]: values } };
  const reading = planOf({ ...own, a: "joy", b: "adventure" }, rail);
  if (reading.type !== "plan") throw new Error(reading.why.code);
  return reading.plan;
}

const reader = (): Reader =>
  new Reader((pools, readings) =>
    Promise.resolve(pools.map(({ samples, seed }) => readings.map((each) => readPool(samples, each, seed)))),
  );

const RULES = [PLAIN_RULE, ...(["single", "wco", "uwo"] as const).map((ensemble) => ({ ensemble, lambda: 0.5 }))];
const nPlan = plan("n", "1, 2, 4, 8");
const nOutcomes = await run(nPlan);
const nPoints = (await reader().read(nPlan, nOutcomes, RULES))!;
const grid = plan("weights", "0, 1, 2");
const gridPoints = (await reader().read(grid, await run(grid), [PLAIN_RULE]))!;

/** The numbers of a table as a reader of the file gets them. */
function cellsOf(table: ChartTable, own = nPlan, points = nPoints): string[][] {
  return chartCsv(table, { plan: own, points, models: [{ id: "policy", sha256: "0123456789abcdef" }] })
    .trim()
    .split("\r\n")
    .map((line) => [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map(([, cell = ""]) => cell));
}

describe("the ensembles of a judge with five members", () => {
  test("rank by what they say, from one pool, against a direct computation", () => {
    expect(judgeMembers(nOutcomes)).toBe(5);
    const jobs = jobsOf(nPlan);
    for (const [index, { samples }] of nOutcomes) {
      const { uses, prompt, seed } = jobs[index]!;
      const lane = uses.findIndex((use) => use.type === "pool");
      if (lane < 0) continue;
      const pool = samples.filter((sample) => sample.lane === lane);
      expect(pool).toHaveLength(8);
      const score = {
        mean: (joy: readonly number[]) => mean(joy),
        single: (joy: readonly number[]) => joy[0]!,
        wco: (joy: readonly number[]) => Math.min(...joy),
        uwo: (joy: readonly number[]) => mean(joy) - 0.5 * populationVariance(joy),
      };
      for (const n of [1, 2, 4, 8]) {
        for (const ensemble of ["mean", "single", "wco", "uwo"] as const) {
          const scores = pool.slice(0, n).map((sample) => score[ensemble](sample.rewardMembers.joy!));
          const best = scores.indexOf(Math.max(...scores));
          const setting = settingsOf(nPlan).findIndex((own) => own.strategy === "bon" && own.n === n);
          const point = nPoints.find((own) => own.id === `${setting}/${prompt}/${seed}/${ensemble}`)!;
          expect(point.proxy).toBeCloseTo(scores[best]!, 12);
          expect(point.text).toBe(pool[best]!.text.trim());
          expect(point.wished).toBe(pool[best]!.truth.joy);
        }
      }
    }
  });

  test("make curves that rise with N by their own proxy, each with its band", () => {
    const all = curves(nPlan, nPoints, { x: "n", of: "wish" });
    expect(all.map((curve) => curve.id).toSorted()).toEqual(["bon/mean", "bon/single", "bon/uwo", "bon/wco"]);
    for (const { points } of all) {
      expect(points.map((point) => point.x)).toEqual([1, 2, 4, 8]);
      const proxies = points.map((point) => point.proxy!.mean);
      expect(proxies).toEqual(proxies.toSorted((a, b) => a - b));
      expect(points.every((point) => point.proxy!.ci95 !== null && point.runs === 9)).toBe(true);
    }
  });

  test("with caps never let the ranking score exceed them, and no cap that binds nowhere changes a text", async () => {
    const loose = capped([], { joy: 99 });
    const tight = capped([], { joy: 0.1 });
    const plain = nPoints.filter((point) => point.strategy === "bon" && point.rule?.ensemble === "mean");
    const read = async (rules: typeof loose) =>
      (await reader().read(nPlan, nOutcomes, rules))!.filter((point) => point.strategy === "bon");
    expect((await read(loose)).map((point) => point.text)).toEqual(plain.map((point) => point.text));
    const held = await read(tight);
    expect(Math.max(...held.map((point) => point.proxy!))).toBeLessThanOrEqual(0.1 + 1e-12);
    expect(held.map((point) => point.text)).not.toEqual(plain.map((point) => point.text));
  });
});

describe("where truth turns down", () => {
  const point = (setting: number, seed: number, wished: number): SweepPoint => {
    const own = nPoints.find(
      (each) => each.setting === setting && each.seed === seed && each.rule?.ensemble === "mean",
    )!;
    return { ...own, wished };
  };
  const settings = settingsOf(nPlan).flatMap(({ strategy }, index) => (strategy === "bon" ? [index] : []));
  const turnOf = (truths: readonly (readonly number[])[]) =>
    curves(
      nPlan,
      truths.flatMap((bySeed, i) => bySeed.map((wished, seed) => point(settings[i]!, seed, wished))),
      { x: "n", of: "wish" },
    )[0]!.turn;

  test("is the highest mean before the end, with the fall from there within seeds", () => {
    const turn = turnOf([[0, 0.1, 0.2], [1, 1.1, 1.2], [2, 2.1, 2.2], [1, 1.05, 1.25]]); // prettier-ignore
    expect(turn).toMatchObject({ at: 2, isClear: true });
    expect(turn!.fall.mean).toBeCloseTo(1, 12);
  });

  test("is called noise where seeds disagree, and is none where truth still rises or stays", () => {
    expect(turnOf([[0, 0, 0], [1, 1, 1], [2, 2, 0.2], [2, 2, 0.1 + 0.1]])).toBeNull(); // prettier-ignore
    expect(turnOf([[0, 0, 0], [1, 1, 1], [2, 2, 2], [5, -5, 2]])).toMatchObject({ at: 2, isClear: false }); // prettier-ignore
    expect(turnOf([[0, 0, 0], [1, 1, 1], [2, 2, 2], [3, 3, 3]])).toBeNull(); // prettier-ignore
  });
});

describe("a trade-off map", () => {
  const view = { a: "joy", b: "adventure", measure: "judge", grain: "settings" } as const;
  const map = tradeoffMap(grid, gridPoints, view);

  test("has one dot a setting with the mean of its runs, or one a run", () => {
    expect(map.dots).toHaveLength(1 + 9 + 9);
    for (const dot of map.dots) {
      const own = gridPoints.filter((point) => dot.points.includes(point.id));
      expect(own).toHaveLength(9);
      expect(dot.x).toBeCloseTo(mean(own.map((point) => point.reward.joy!)), 12);
      expect(dot.y).toBeCloseTo(mean(own.map((point) => point.reward.adventure!)), 12);
    }
    expect(tradeoffMap(grid, gridPoints, { ...view, grain: "runs" }).dots).toHaveLength(19 * 9);
  });

  test("counts the runs that have no value on an axis", () => {
    expect(map.unplaced).toBe(0);
    const [first, ...others] = gridPoints;
    const { joy: _joy, ...reward } = first!.reward;
    const fewer = tradeoffMap(grid, [{ ...first!, reward }, ...others], view);
    expect(fewer.unplaced).toBe(1);
    expect(fewer.dots.map(({ runs }) => runs).toSorted((one, other) => one - other)[0]).toBe(8);
  });

  test("keeps the reference below all dots, and every area is what its front alone covers", () => {
    const [left, floor] = map.reference!;
    for (const dot of map.dots) expect(dot.x >= left && dot.y >= floor).toBe(true);
    for (const { strategy, area } of map.areas) {
      const steps = frontSteps(map.dots, strategy);
      // Integrate under the steps: each corner spans to the next from the left.
      let sum = 0;
      let from = left;
      for (const [x, y] of steps) {
        sum += Math.max(0, x - from) * (y - floor);
        from = Math.max(from, x);
      }
      expect(area).toBeCloseTo(sum, 10);
    }
  });

  test("and its table are the same numbers", () => {
    const [head, ...rows] = cellsOf(mapTable(map, view), grid, gridPoints);
    expect(head!.slice(4, 8)).toEqual(["joy judge (sd)", "adventure judge (sd)", "runs", "front"]);
    expect(rows.map((row) => row.slice(4, 7).map(Number))).toEqual(map.dots.map((dot) => [dot.x, dot.y, dot.runs]));
    expect(rows.map((row) => row[7] === "yes")).toEqual(map.dots.map((dot) => dot.isOnFront));
  });
});

test("a row of a chart's file says from which prompts, seeds, temperature and models it came", () => {
  const view = { a: "joy", b: "adventure", measure: "judge", grain: "runs" } as const;
  const map = tradeoffMap(grid, gridPoints, view);
  expect(map.dots.length).toBeGreaterThan(5);
  const [head, ...rows] = cellsOf(mapTable(map, view), grid, gridPoints);
  const cell = (row: readonly string[], name: string) => row[head!.indexOf(name)]?.replaceAll(/^"|"$/g, "");
  for (const [i, row] of rows.entries()) {
    const point = gridPoints.find(({ id }) => id === map.dots[i]!.id)!;
    expect(cell(row, "prompts")).toBe(grid.prompts[point.prompt]);
    expect(cell(row, "seeds")).toBe(String(grid.seeds[point.seed]));
    expect(cell(row, "temperature")).toBe(String(grid.sampling.temperature));
    expect(cell(row, "models")).toBe("policy 0123456789ab");
  }
  const whole = { ...view, grain: "settings" } as const;
  const [, first] = cellsOf(mapTable(tradeoffMap(grid, gridPoints, whole), whole), grid, gridPoints);
  expect(cell(first!, "prompts")).toBe(grid.prompts.join(" | "));
  expect(cell(first!, "seeds")).toBe(grid.seeds.join(" | "));
});

test("a chart of curves and its table are the same numbers, bound and estimator apart", () => {
  for (const view of [{ x: "kl", of: "wish" } as const, { x: "n", of: "joy" } as const]) {
    const all = curves(nPlan, nPoints, view);
    const [head, ...rows] = cellsOf(curveTable(all, view));
    const points = all.flatMap((curve) => curve.points);
    const column = (name: string) => rows.map((row) => Number(row[head!.findIndex((own) => own.startsWith(name))]));
    expect(column("KL (nats)")).toEqual(points.map((point) => point.kl));
    expect(column("KL bound")).toEqual(points.map((point) => point.bound));
    expect(column("truth (")).toEqual(points.map((point) => point.truth!.mean));
    expect(column("judge (")).toEqual(points.map((point) => point.proxy!.mean));
    expect(column("judge 95% from")).toEqual(points.map((point) => point.proxy!.ci95![0]));
    expect(rows).toHaveLength(points.length);
  }
  const estimates = curves(nPlan, nPoints, { x: "kl", of: "wish" });
  const bounds = curves(nPlan, nPoints, { x: "bound", of: "wish" });
  const last = (all: typeof estimates) => all.find((curve) => curve.id === "bon/mean")!.points.at(-1)!;
  expect(last(bounds).x).toBeCloseTo(Math.log(8) - 7 / 8, 12);
  expect(last(estimates).x).toBeLessThan(last(bounds).x);
});

describe("a form", () => {
  test("becomes settings without repeats: what an axis leaves alone stands once", () => {
    const count = (own: SweepPlan, strategy: string) =>
      settingsOf(own).filter((each) => each.strategy === strategy).length;
    const strengths = plan("strength", "0, 1, 2");
    expect(["base", "genarm", "bon"].map((strategy) => count(strengths, strategy))).toEqual([1, 3, 1]);
    expect(settingsOf(strengths).some(({ beta }) => beta === Infinity)).toBe(true);
    expect(["base", "genarm", "bon"].map((strategy) => count(nPlan, strategy))).toEqual([1, 1, 4]);
    expect(["base", "genarm", "bon"].map((strategy) => count(grid, strategy))).toEqual([1, 9, 9]);
  });

  test.each<[Partial<SweepForm>, NoPlan]>([
    [{ typed: "", presets: [] }, { code: "no-prompt" }],
    [{ strategies: [] }, { code: "no-strategy" }],
    [{ b: "adventure" }, { code: "same-objectives" }],
    [
      { values: { ...form.values, weights: "0, 7" } },
      { code: "not-a-number", typed: "7", isWhole: false, min: -4, max: 4 },
    ],
    [{ values: { ...form.values, weights: "" } }, { code: "no-value" }],
    [
      { axis: "n", values: { ...form.values, n: "1.5" } },
      { code: "not-a-number", typed: "1.5", isWhole: true, min: 1, max: 32 },
    ],
    [
      { seeds: 20, values: { ...form.values, weights: "0 .1 .2 .3 .4 .5 .6 .7 .8 .9 1 1.1" } },
      { code: "too-many-runs", count: 17_320, max: 5000 },
    ],
  ])("that cannot run says why: %j", (patch, why) => {
    const reading = planOf(
      { ...defaultForm(), ...patch, strategies: [...(patch.strategies ?? defaultForm().strategies)] },
      rail,
    );
    expect(reading).toEqual({ type: "incomplete", why });
  });

  test("reads lists of numbers in any order, with commas, spaces and a real minus", () => {
    expect(parseValues("2, 1;\u22120.5 1", { min: -2, max: 2 }, false)).toEqual([-0.5, 1, 2]);
  });
});
