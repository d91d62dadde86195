import { describe, expect, test } from "vitest";
import { reduce } from "../../src/state/run/reduce.ts";
import type { TokenFacts } from "../../src/state/stage/inspect.ts";
import { equationText } from "../../src/ui/words/equation-text.ts";
import { csvOf } from "../../src/ui/words/csv.ts";
import { figures, toCsv, toMarkdown } from "../../src/ui/words/tables.ts";
import { IDLE_VIEW, shownSample, type RunView } from "../../src/state/run/view.ts";
import { fakeTrace } from "../state/fake-api.ts";

const view = (await fakeTrace()).events.reduce(reduce, IDLE_VIEW);

const MARK = "\uFEFF";

function withTexts(texts: readonly string[]): RunView {
  const lanes = view.lanes.map((lane, i) => ({ ...lane, request: { ...lane.request, name: texts[i] ?? "x" } }));
  return { ...view, lanes };
}

/** RFC 4180 again, as a reader would. */
function parseCsv(text: string): string[][] {
  if (text.startsWith(MARK)) return parseCsv(text.slice(1));
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
    expect(header?.slice(0, head.length)).toEqual(head);
    expect(Number(lines[1]?.[2])).toBe(rows[1]?.[2]);
  });

  test("quote what CSV and Markdown would misread, formulas of spreadsheets too", () => {
    const odd = withTexts(['a "b", c', "=1+1", "x | y", "two\nlines"]);
    const lines = parseCsv(toCsv(odd)).slice(1);
    expect(lines.map((line) => line[0])).toEqual(['a "b", c', "'=1+1", "x | y", "two\nlines"]);
    const table = toMarkdown(odd).split("\n");
    expect(table).toHaveLength(2 + 2 + 4 + 2);
    expect(table.slice(2, 8).map((line) => line.replaceAll("\\|", "").split("|").length)).toEqual(
      table.slice(2, 8).map(() => figures(odd).head.length + 2),
    );
  });

  test("begin with the mark by which a spreadsheet knows UTF-8, and keep letters of the world", () => {
    const odd = withTexts(["José — Zoë’s 日本"]);
    const text = toCsv(odd);
    expect(text.startsWith(MARK)).toBe(true);
    expect(text.indexOf(MARK, 1)).toBe(-1);
    expect(parseCsv(text)[1]?.[0]).toBe("José — Zoë’s 日本");
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  test("say what each row came from: prompt, seed, temperature, weights and models", () => {
    const [head = [], ...rows] = parseCsv(toCsv(view));
    const { request, models } = view;
    for (const [i, row] of rows.entries()) {
      const cell = (name: string) => row[head.indexOf(name)];
      expect(cell("prompt")).toBe(request?.prompt);
      expect(Number(cell("seed"))).toBe(request?.seed);
      expect(Number(cell("temperature"))).toBe(request?.lanes[i]?.sampling.temperature);
      expect(cell("strategy")).toBe(request?.lanes[i]?.strategy.id);
      expect(cell("models")).toBe(models.map(({ id, sha256 }) => `${id} ${sha256.slice(0, 12)}`).join(" | "));
    }
    expect(models.length).toBeGreaterThan(0);
    const { strategy } = request!.lanes[1]!;
    if (strategy.id === "base") throw new Error("the second lane is steered");
    expect(rows[1]?.[head.indexOf("weights")]).toContain(`adventure ${strategy.weights.adventure}`);
    expect(Number(rows[1]?.[head.indexOf("strength 1/β")])).toBe(1 / strategy.beta);
  });

  test.each(["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＠A", '=cmd|"/C calc"!A0'])(
    "cannot run as a formula: %j",
    (text) => {
      const cell = parseCsv(csvOf(["x"], [[text]]))[1]?.[0];
      expect(cell).toBe(`'${text}`);
      expect(parseCsv(csvOf([text], []))[0]?.[0]).toBe(`'${text}`);
    },
  );

  test("keep numbers numbers, the negative ones too", () => {
    expect(csvOf(["x"], [[-1.5], [0], [1e-7]])).toBe(`${MARK}x\r\n-1.5\r\n0\r\n1e-7\r\n`);
  });

  test("keep to their cells in Markdown, whatever the prompt and the names hold", () => {
    const odd = withTexts(["| --- |\n| <b> | `x`", "a\u2028b\u0000c"]);
    const request = odd.request === null ? null : { ...odd.request, prompt: "two\n\n| lines |" };
    const lines = toMarkdown({ ...odd, request }).split("\n");
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe("> two \\| lines \\|");
    expect(lines[4]).toContain("\\| --- \\| \\| \\<b\\> \\| \\`x\\`");
    expect(lines[5]).toContain("a b c");
  });

  test("of nothing are empty", () => {
    expect(figures(IDLE_VIEW).rows).toEqual([]);
  });
});

test("the copied equation holds every number unrounded, and no token that a spreadsheet would run", () => {
  const candidate = {
    text: "=1",
    baseLogprob: -1.4000000000000001,
    guidedLogprob: -0.5,
    base: 0.2466,
    guided: 0.6065,
    pushes: [{ id: "joy" as const, nats: 1 }],
    values: null,
    isChosen: true,
    isPlain: false,
    leads: null,
  };
  const facts: TokenFacts = {
    text: "=1",
    plainText: null,
    base: 0.2466,
    guided: 0.6065,
    sampled: 0.6065,
    pushes: [{ id: "joy", nats: 1 }],
    logZ: 0.1,
    kl: 0,
    klToBase: 0,
    entropy: 0,
    candidates: [
      { ...candidate, id: 8 },
      { ...candidate, id: 9, text: " sun" },
    ],
    isLeaderChanged: false,
    tail: null,
    valuedMass: null,
  };
  expect(
    equationText(facts)
      .split("\n")
      .map((line) => line.split("\t")),
  ).toEqual([
    ["token id", "text", "base log p", "joy", "minus log Z'", "guided log p"],
    ["8", `"'=1"`, "-1.4000000000000001", "1", "-0.1", "-0.5"],
    ["9", '" sun"', "-1.4000000000000001", "1", "-0.1", "-0.5"],
  ]);
});
