/** What `eval` reads, and how it sums up. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readPrompts, readRequest, runRequest } from "../../scripts/eval/input.ts";
import type { EvalRun } from "../../scripts/eval/runs.ts";
import { summarise } from "../../scripts/eval/summary.ts";
import { studentQuantile } from "../../src/core/stats.ts";
import { BadInput } from "../../scripts/node/cli.ts";

function file(contents: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "tiller-eval-")), "input");
  writeFileSync(path, contents);
  return path;
}

const request = {
  version: 1,
  maxTokens: 8,
  temperature: 1,
  topK: 0,
  topP: 1,
  minP: 0,
  seeds: [1],
  lanes: [{ name: "steered", strategy: "genarm", beta: 0.5, weights: { joy: 2, helpful: 1 } }],
};

describe("prompts", () => {
  test("JSON lines and plain text may be mixed; questions ask for advice", () => {
    const path = file('{"id":"a","kind":"story","prompt":"Is it?"}\n\nOnce upon\nHow do I sew?\nq: tie a knot\n');
    expect(readPrompts(path)).toEqual([
      { id: "a", kind: "story", prompt: "Is it?" },
      { id: "3", kind: "story", prompt: "Once upon" },
      { id: "4", kind: "advice", prompt: "How do I sew?" },
      { id: "5", kind: "advice", prompt: "q: tie a knot" },
    ]);
  });

  test.each([
    ['{"id":"a","kind":"poem","prompt":"x"}', /line 1.*kind/],
    ['{"id":"a","kind":"story","prompt":"x","mood":1}', /line 1.*mood/],
    ['{"id":"a","kind":"story"', /line 1/],
    ["\n", /there is no prompt in it/],
    ['{"id":"a","kind":"story","prompt":"x"}\n{"id":"a","kind":"story","prompt":"y"}', /twice/],
  ])("%j is refused with its place", (contents, reason) => {
    expect(() => readPrompts(file(contents))).toThrow(BadInput);
    expect(() => readPrompts(file(contents))).toThrow(reason);
  });
});

describe("requests", () => {
  test("objectives of the other kind are left out for a prompt", () => {
    const { lanes, maxTokens } = readRequest(file(JSON.stringify(request)));
    const story = runRequest({ kind: "story", prompt: "x", seed: 1, maxTokens, lanes });
    expect(story.lanes[0]?.strategy).toMatchObject({ weights: { joy: 2 } });
  });

  test("a way of combining for all is each lane’s that can follow it, and a lane’s own comes first", () => {
    const bon = { strategy: "bon", beta: 1, weights: { joy: 2, helpful: 1 }, n: 4 };
    const lanes = [
      ...request.lanes,
      { ...bon, name: "all" },
      { ...bon, name: "own", combine: { type: "worst" } },
      { name: "plain", strategy: "base" },
    ];
    const combine = { type: "veto", floors: { joy: -1, helpful: 0 } };
    const read = readRequest(file(JSON.stringify({ ...request, combine, lanes })));
    const story = runRequest({ kind: "story", prompt: "x", seed: 1, maxTokens: 8, lanes: read.lanes });
    const ways = story.lanes.map(({ strategy }) => (strategy.id === "base" ? undefined : strategy.combine));
    expect(ways).toEqual([undefined, { type: "veto", floors: { joy: -1 } }, { type: "worst", eta: 1 }, undefined]);
    const goals = { type: "goals", targets: { joy: 1, helpful: 1, detail: 1 } };
    const moving = readRequest(file(JSON.stringify({ ...request, combine: goals })));
    const advice = runRequest({ kind: "advice", prompt: "x", seed: 1, maxTokens: 8, lanes: moving.lanes });
    expect(advice.lanes[0]?.strategy).toMatchObject({ combine: { type: "goals", targets: { helpful: 1 } } });
  });

  test.each([
    [{ ...request, combine: { type: "median" } }, /combine.type must be one of sum/],
    [{ ...request, combine: "worst" }, /combine must be an object/],
    [{ ...request, sedes: [1] }, /sedes/],
    [{ ...request, version: 2 }, /version/],
    [{ ...request, seeds: [-1] }, /seeds\[0\]/],
    [{ ...request, maxTokens: 0 }, /maxTokens/],
    [{ ...request, topP: 0.5, minP: 0.1 }, /minP/],
    [{ ...request, plausible: 2 }, /plausible must be/],
    [{ ...request, system: 7 }, /system must be a text/],
    [{ ...request, lanes: [{ name: "a", strategy: "vas", weights: {} }] }, /\.k/],
    [{ ...request, lanes: [{ name: "a", strategy: "genarm", beta: 0, weights: {} }] }, /beta/],
    [{ ...request, lanes: [{ name: "a", strategy: "genarm", weights: { glee: 1 } }] }, /glee/],
    [{ ...request, lanes: [...request.lanes, ...request.lanes] }, /twice/],
  ])("a wrong request is refused by the key (case %#)", (wrong, reason) => {
    expect(() => readRequest(file(JSON.stringify(wrong)))).toThrow(BadInput);
    expect(() => readRequest(file(JSON.stringify(wrong)))).toThrow(reason);
  });
});

describe("summary", () => {
  const run = (promptId: string, joy: number | null): EvalRun => ({
    promptId,
    lane: "plain",
    seed: 1,
    tokens: [5, 6],
    text: "x",
    finish: "length",
    truth: { joy },
    reward: {},
    klSteer: 0,
    klSum: 0,
    klPerToken: 0,
    basePerplexity: 2,
    distinct2: 1,
    forwards: {},
    ms: 0,
  });

  test("seeds of one prompt count once, and undefined values not at all", () => {
    const runs = [run("a", 1), run("a", 3), run("b", 4), run("c", null)];
    const joy = summarise(["plain"], runs).find((row) => row.metric === "truth.joy");
    // Prompt means 2 and 4: mean 3, standard error 1, one degree of freedom.
    expect(joy).toMatchObject({ n: 3, mean: 3 });
    expect(joy?.ci95[0]).toBeCloseTo(3 - 12.706, 6);
    expect(joy?.ci95[1]).toBeCloseTo(3 + 12.706, 6);
  });

  test("one value has no interval", () => {
    const rows = summarise(["plain"], [run("a", 1)]);
    expect(rows.find((row) => row.metric === "truth.joy")?.ci95).toEqual([null, null]);
    expect(rows.some((row) => row.metric === "reward.joy")).toBe(false);
  });

  test("quantiles match the tables", () => {
    expect(studentQuantile(15)).toBeCloseTo(2.131, 3);
    expect(studentQuantile(100)).toBeCloseTo(1.984, 3);
  });
});
