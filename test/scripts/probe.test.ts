/** The bench of pairs with a known answer: how pairs are made and read, who judges them, and what the table says. */
import { describe, expect, test } from "vitest";
import { groupedInterval } from "../../src/core/compare/interval.ts";
import { pairsFrom, SPOILED, type ProbePair, type Sample } from "../../scripts/probe/pairs.ts";
import { ratersOf, usualSources } from "../../scripts/probe/raters.ts";
import { readPairs } from "../../scripts/probe/read-pairs.ts";
import { accuracies, markdown, orders, type Verdict } from "../../scripts/probe/table.ts";
import { modelsWithJudge } from "../state/sweep/table-api.ts";

const sample = (prompt: string, seed: number, text: string, joy: number | null = null): Sample => ({
  kind: "story",
  prompt,
  seed,
  text,
  truth: { joy },
  sentiment: null,
});
const LONG = "one two three four five six seven eight";

describe("pairs", () => {
  test("are a text against itself spoiled, and against one for another prompt of the same seed", () => {
    const samples = [
      sample("p", 1, LONG),
      sample("q", 2, "of another seed entirely"),
      sample("q", 1, "a text for another prompt altogether now"),
    ];
    const pairs = pairsFrom(samples).filter(({ prompt, chosen }) => prompt === "p" && chosen === LONG);
    expect(pairs.map(({ category }) => category)).toEqual([...SPOILED]);
    const rejected = Object.fromEntries(pairs.map((pair) => [pair.category, pair.rejected]));
    expect(rejected["other prompt"]).toBe("a text for another prompt altogether now");
    expect(rejected.padded).toMatch(/^one two three four five six seven eight \S/);
    expect(rejected.repeated).toBe("one two three four one two three four");
    expect(rejected.cut).toBe("one two three four");
    expect(rejected.shuffled).not.toBe(LONG);
    expect(rejected.shuffled!.split(" ").toSorted()).toEqual(LONG.split(" ").toSorted());
  });

  test("of one prompt are told apart by a truth that is a standard deviation away, and by nothing less", () => {
    const made = pairsFrom([
      sample("p", 1, "low", -0.2),
      sample("p", 2, "high", 1),
      sample("p", 3, "none"),
      sample("q", 1, "other", 9),
    ]);
    expect(made.filter(({ category }) => category === "truth joy")).toMatchObject([
      { chosen: "high", rejected: "low" },
    ]);
  });

  test("come from the lines of a sweep's file too, without those that have none", () => {
    const lines = [
      { prompt: "p", chosen: "a", rejected: "b", kind: "story", measure: "truth joy" },
      { prompt: "p", chosen: null, rejected: null },
      { prompt: "q", chosen: "c", rejected: "d", category: "mine", rubric: "short" },
    ];
    const pairs = readPairs(`${lines.map((line) => JSON.stringify(line)).join("\n")}\n`, "f");
    expect(pairs).toMatchObject([
      { category: "truth joy", kind: "story", chosen: "a" },
      { category: "mine", kind: "advice", rubric: "short" },
    ]);
  });

  test.each([
    ["{", /f, line 1 is not JSON/],
    ["[]", /f, line 1 must be an object/],
    ['{"prompt":"p","chosen":"a"}', /f, line 1 must have the texts prompt, chosen and rejected/],
    ["\n", /f has no pair/],
  ])("that cannot be read are told with their line: %j", (text, message) => {
    expect(() => readPairs(text, "f")).toThrow(message);
  });
});

describe("what rates them", () => {
  const models = modelsWithJudge(3);
  const pair = (category: string, chosen: string, rejected: string): ProbePair => ({
    category,
    kind: "story",
    prompt: "A fox",
    chosen,
    rejected,
    rubric: "good",
  });

  test("says the opposite of exchanged texts, and each judge rates only its own truth", async () => {
    const raters = ratersOf({ models, isLab: true, sources: usualSources(models, true), asks: false });
    expect(raters.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["judge of joy", "scorer brevity", "average log-probability"]),
    );
    const joy = raters.find(({ name }) => name === "judge of joy")!;
    expect([joy.takes("truth joy"), joy.takes("truth detail"), joy.takes("shuffled")]).toEqual([true, false, true]);
    for (const rater of raters) {
      const [straight] = await rater.judge(pair("x", "A happy day", "It was a cold and sad night in town"));
      const [exchanged] = await rater.judge(pair("x", "It was a cold and sad night in town", "A happy day"));
      if (straight!.outcome === null) expect(exchanged!.outcome).toBeNull();
      else expect(straight!.outcome + exchanged!.outcome!).toBe(1);
    }
    const brevity = raters.find(({ name }) => name === "scorer brevity")!;
    expect(await brevity.judge(pair("cut", "one two", "one two three"))).toEqual([
      { as: "scorer brevity", outcome: 1 },
    ]);
  });
});

describe("the table", () => {
  const verdict = (prompt: string, outcome: number | null, more: Partial<Verdict> = {}): Verdict => ({
    rater: "r",
    category: "cut",
    prompt,
    outcome,
    ...more,
  });

  test("has the share of pairs won, with an interval by prompts, and leaves out what a rater cannot say", () => {
    const found = accuracies([
      verdict("p", 1),
      verdict("p", 1),
      verdict("q", 0),
      verdict("s", 0.5),
      verdict("q", null),
    ]);
    const { ci95 } = groupedInterval([
      { value: 1, group: 0 },
      { value: 1, group: 0 },
      { value: 0, group: 1 },
      { value: 0.5, group: 2 },
    ]);
    expect(found).toEqual([{ rater: "r", category: "cut", accuracy: 0.625, ci95, pairs: 4 }]);
    expect(markdown(found, [])).toContain("| r | 63 (");
  });

  test("counts how a model that is asked answers in both orders", () => {
    const places = orders([
      verdict("p", 1, { orders: { isConsistent: true, bias: 0.1, onMarks: 0.9 } }),
      verdict("q", 0, { orders: { isConsistent: false, bias: 0.3, onMarks: 0.7 } }),
      verdict("q", 0),
    ]);
    expect(places).toHaveLength(1);
    expect(places[0]).toMatchObject({ rater: "r", pairs: 2, consistent: 1 });
    expect(places[0]!.bias).toBeCloseTo(0.2, 12);
    expect(markdown([], places)).toContain("| r | 1 of 2 | +0.20 | 80 |");
  });
});
