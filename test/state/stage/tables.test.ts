import { describe, expect, test } from "vitest";
import { reduce } from "../../../src/state/run/reduce.ts";
import { figures, toCsv, toMarkdown } from "../../../src/state/stage/tables.ts";
import { IDLE_VIEW, shownSample, type RunView } from "../../../src/state/run/view.ts";
import { fakeTrace } from "../fake-api.ts";

const view = (await fakeTrace()).events.reduce(reduce, IDLE_VIEW);

function withTexts(texts: readonly string[]): RunView {
  const lanes = view.lanes.map((lane, i) => ({ ...lane, request: { ...lane.request, name: texts[i] ?? "x" } }));
  return { ...view, lanes };
}

/** RFC 4180 again, as a reader would. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (quoted === undefined && plain === "" && end === "") break;
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === "\r\n") rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

describe("the figures of a run", () => {
  test("are one row a lane and equal what the lanes report", () => {
    const { head, rows } = figures(view);
    expect(rows).toHaveLength(view.lanes.length);
    for (const [index, row] of rows.entries()) {
      expect(row).toHaveLength(head.length);
      const { result } = shownSample(view.lanes[index]!);
      expect(row[head.indexOf("joy truth (sd)")]).toBe(result?.truth.joy);
      expect(row[head.indexOf("joy judge (sd)")]).toBe(result?.reward.joy);
    }
    expect(rows[3]?.[head.indexOf("KL is")]).toBe("upper bound");
    expect(rows[1]?.[head.indexOf("KL is")]).toBe("exact sum");
  });

  test("come back from CSV unrounded", () => {
    const { head, rows } = figures(view);
    const [header, ...lines] = parseCsv(toCsv(view));
    expect(header).toEqual(head);
    expect(Number(lines[1]?.[2])).toBe(rows[1]?.[2]);
  });

  test("quote what CSV and Markdown would misread, formulas of spreadsheets too", () => {
    const odd = withTexts(['a "b", c', "=1+1", "x | y", "two\nlines"]);
    const lines = parseCsv(toCsv(odd)).slice(1);
    expect(lines.map((line) => line[0])).toEqual(['a "b", c', "'=1+1", "x | y", "two\nlines"]);
    const table = toMarkdown(odd, (value) => value.toFixed(2)).split("\n");
    expect(table).toHaveLength(2 + 2 + 4);
    expect(table.slice(2).map((line) => line.replaceAll("\\|", "").split("|").length)).toEqual(
      table.slice(2).map(() => figures(odd).head.length + 2),
    );
  });

  test("of nothing are empty", () => {
    expect(figures(IDLE_VIEW).rows).toEqual([]);
  });
});
