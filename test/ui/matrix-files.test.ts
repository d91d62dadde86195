/** A sweep as files: its matrix as Markdown and CSV, and its texts as CSV and as JSONL with preference pairs. */
import { describe, expect, test } from "vitest";
import { winMatrix } from "../../src/state/sweep/matrix.ts";
import { matrixCsv, matrixMarkdown, runsCsv, runsJsonl } from "../../src/ui/sweep/matrix-files.ts";
import { contestantNames } from "../../src/ui/words/sweep-matrix.ts";
import { contestants, models, plan, points, TRUTH } from "../state/sweep/repeated-lanes.ts";

describe("the files of a sweep", () => {
  const origin = { plan, points, models };
  const rule = { measure: TRUTH, slight: 0.5, longerBy: Infinity };
  const matrix = winMatrix(contestants, points, rule);
  const names = contestantNames(contestants, plan);

  test("name two lanes of one name apart", () => {
    expect(names).toEqual(["Plain", "GenARM", "Best of 4", "GenARM (2)"]);
  });

  test("have the matrix as Markdown and one row a pair as CSV", () => {
    const lines = matrixMarkdown(matrix, names, { ...origin, measure: TRUTH, longerBy: null }).split("\n");
    expect(lines[0]).toBe(
      "| wins of | against Plain | against GenARM | against Best of 4 | against GenARM (2) | mean | characters |",
    );
    expect(lines[2]).toMatch(/^\| Plain \| – \| \d+ % \(\d+ to \d+\) \|/);
    expect(lines.at(-1)).toContain("Joy, truth");
    const csv = matrixCsv(matrix, names, { ...origin, measure: TRUTH, longerBy: 100 })
      .trim()
      .split("\r\n");
    expect(csv).toHaveLength(1 + 12);
    expect(csv[0]).toContain("prompts,seeds");
  });

  test("have one row a text with its prompt and seed", () => {
    const [head, ...rows] = runsCsv(origin).trim().split("\r\n");
    expect(head).toContain("Short (source)");
    expect(head).toContain("prompts,seeds");
    expect(rows).toHaveLength(80);
    expect(rows.some((row) => row.includes(plan.prompts[3]!) && row.includes(`,${plan.seeds[1]},`))).toBe(true);
  });

  test("have a line of JSON for each prompt and seed, whose pair is the best and the worst", () => {
    const lines = runsJsonl(origin, TRUTH)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
    expect(lines).toHaveLength(20);
    for (const { chosen, rejected, margin, texts, prompt } of lines) {
      expect(texts).toHaveLength(4);
      expect(plan.prompts).toContain(prompt);
      const scores = texts.map(({ truth }) => truth.joy!);
      expect(margin ?? 0).toBeCloseTo(Math.max(...scores) - Math.min(...scores), 12);
      if (chosen === null) continue;
      expect(chosen).not.toBe(rejected);
      expect(scores[texts.findIndex(({ text }) => text === chosen)]).toBe(Math.max(...scores));
    }
  });

  test("have no pair where all texts are equal or score alike", () => {
    const alike = points.map((point) => ({ ...point, text: "same", truth: { joy: point.setting } }));
    const even = points.map((point) => ({ ...point, truth: { joy: 1 } }));
    const unknown = points.map((point) => ({ ...point, truth: { joy: null } }));
    for (const own of [alike, even, unknown])
      for (const line of runsJsonl({ ...origin, points: own }, TRUTH)
        .trim()
        .split("\n"))
        expect(JSON.parse(line)).toMatchObject({ chosen: null, rejected: null, margin: null });
  });
});

interface Line {
  readonly prompt: string;
  readonly chosen: string | null;
  readonly rejected: string | null;
  readonly margin: number | null;
  readonly texts: readonly { readonly text: string; readonly truth: { readonly joy: number | null } }[];
}
