/** A sweep as a small file, and the ones that come with the page: what they show is what their sweep showed. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readPool } from "../../../src/core/pool.ts";
import { jobsOf } from "../../../src/core/sweep.ts";
import { waysOf } from "../../../src/state/sweep/equal-kl.ts";
import { contestantsOf, winMatrix } from "../../../src/state/sweep/matrix.ts";
import { measuresOf } from "../../../src/state/sweep/measures.ts";
import { unpackSweep } from "../../../src/state/sweep/packed.ts";
import { PLAIN_RULE, tokenPoints, type SweepPoint } from "../../../src/state/sweep/points.ts";
import { Reader } from "../../../src/state/sweep/reader.ts";
import { RecordedSweep } from "../../../src/state/sweep/recorded.svelte.ts";
import { packSweep } from "../../../scripts/examples/sweeps.ts";
import { outcomes, plan, points, TRUTH } from "./repeated-lanes.ts";

const reader = (): Reader =>
  new Reader((pools, readings) =>
    Promise.resolve(pools.map(({ samples, seed }) => readings.map((each) => readPool(samples, each, seed)))),
  );
const parsed = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("a packed sweep", () => {
  const file = parsed(packSweep(plan, outcomes));

  test("gives back every text and score, to three decimals, and the length of every text", () => {
    const found = unpackSweep(file)!;
    const again = tokenPoints(found.plan, jobsOf(found.plan), found.outcomes);
    expect(again.map(({ text, length }) => [text, length])).toEqual(points.map(({ text, length }) => [text, length]));
    for (const [i, point] of points.entries()) {
      expect(again[i]!.truth.joy ?? Number.NaN).toBeCloseTo(point.truth.joy ?? Number.NaN, 2);
      expect(again[i]!.sources.s1).toBeCloseTo(point.sources.s1!, 2);
    }
    const rule = { measure: TRUTH, slight: 0, longerBy: Infinity };
    const rates = (all: readonly SweepPoint[]) =>
      winMatrix(contestantsOf(all), all, rule).rows.flatMap(({ cells }) => cells.map((cell) => cell?.rate ?? null));
    expect(rates(again)).toEqual(rates(points));
  });

  test.each([
    ["of another version", (own: Record<string, unknown>) => ({ ...own, version: 2 })],
    ["that lacks a job", (own: Record<string, unknown>) => ({ ...own, jobs: (own.jobs as unknown[]).slice(1) })],
    ["without a plan", (own: Record<string, unknown>) => ({ ...own, plan: null })],
    ["with a text of no length", (own: Record<string, unknown>) => withTokens(own, -1)],
    ["with a text of endless length", (own: Record<string, unknown>) => withTokens(own, 1e12)],
  ])("is refused %s", (_, spoil) => {
    expect(unpackSweep(spoil(file as Record<string, unknown>))).toBeNull();
    expect(unpackSweep(null)).toBeNull();
  });

  test("cannot be made of a sweep that is not finished", () => {
    expect(() => packSweep(plan, new Map([...outcomes].slice(1)))).toThrow(/job 0 of the sweep has not run/);
  });
});

function withTokens(file: Record<string, unknown>, tokens: number): Record<string, unknown> {
  const [first, ...rest] = file.jobs as { readonly samples: readonly object[] }[];
  return { ...file, jobs: [{ ...first, samples: first!.samples.map((own) => ({ ...own, tokens })) }, ...rest] };
}

describe.each(["laboratory", "chat"] as const)("the recorded sweep of the %s world", (world) => {
  const path = `public/examples/sweep-${world}.json`;

  test("has at most 100 kB as served, and fills matrix, charts and rewards at equal KL", async () => {
    expect(gzipSync(readFileSync(path)).length).toBeLessThan(100_000);
    const recorded = new RecordedSweep(
      async (file) => JSON.parse(readFileSync(`public/examples/${file}`, "utf8")),
      reader(),
    );
    await recorded.look(world);
    const { plan: own, outcomes: ran, points: all } = recorded.shown!;
    expect(all).toHaveLength(own.waves.flat().length * own.prompts.length * own.seeds.length);
    const [measure] = measuresOf(own, all);
    const contestants = contestantsOf(all);
    const matrix = winMatrix(contestants, all, { measure: measure!, slight: 0.5, longerBy: 100 });
    expect(matrix.rows.every(({ cells }, i) => cells.every((cell, j) => (cell === null) === (i === j)))).toBe(true);
    const ways = waysOf(own, all, ran, measure!);
    expect(ways.map(({ strategy }) => strategy)).toEqual(expect.arrayContaining(["genarm", "bon"]));
    if (world === "laboratory") expect(measure).toEqual({ by: "truth", of: "wish" });
    else expect(measuresOf(own, all).every(({ by }) => by === "source")).toBe(true);
  });

  test("is read by other rules when they are asked for, and forgotten for the other world's", async () => {
    const files: string[] = [];
    const recorded = new RecordedSweep(async (file) => {
      files.push(file);
      return file.includes(world) ? JSON.parse(readFileSync(`public/examples/${file}`, "utf8")) : null;
    }, reader());
    await recorded.look(world);
    await recorded.look(world);
    const before = recorded.shown!.points.length;
    await recorded.setRules([{ ensemble: "wco", lambda: 0 }]);
    const pooled = recorded.shown!.points.filter(({ rule }) => rule?.ensemble === PLAIN_RULE.ensemble).length;
    expect(recorded.shown!.points).toHaveLength(before + pooled);
    await recorded.look(world === "chat" ? "laboratory" : "chat");
    expect(recorded.shown).toBeNull();
    expect(files).toHaveLength(2);
  });
});
