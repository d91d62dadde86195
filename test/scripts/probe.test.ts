/** The bench of pairs with a known answer: how pairs are made and read, who judges them, and what the table says. */
import { describe, expect, test } from "vitest";
import { groupedInterval } from "../../src/core/compare/interval.ts";
import { accuracies, meanAccuracy, ordersOf } from "../../src/core/probe/accuracy.ts";
import {
  CLOSE,
  MEAN_WORDS,
  ONE_AGAINST_SEVERAL,
  OTHER_WORDS,
  pairsFrom,
  SPOILED,
  type ProbePair,
  type Sample,
} from "../../src/core/probe/pairs.ts";
import type { Verdict } from "../../src/core/probe/verdict.ts";
import { probeRewards } from "../../src/engine/probe/probe-rewards.ts";
import { ratersOf } from "../../src/engine/probe/raters.ts";
import { probeMarkdown } from "../../src/ui/words/probe-table.ts";
import { readPairs } from "../../scripts/probe/read-pairs.ts";
import { usualSources } from "../../scripts/probe/usual-sources.ts";
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

  test("have the first against the second place of each prompt, however close, by the truth where there is one", () => {
    const close = pairsFrom([
      sample("p", 1, "second", 0.9),
      sample("p", 2, "first", 1),
      sample("p", 3, "third", -4),
      sample("q", 1, "same", 2),
      sample("q", 2, "same", 3),
      { ...sample("chat", 1, "glad"), sentiment: 0.5 },
      { ...sample("chat", 2, "so glad"), sentiment: 0.52 },
    ]).filter(({ category }) => category === CLOSE);
    expect(close).toMatchObject([
      { chosen: "first", rejected: "second", objective: "joy" },
      { chosen: "so glad", rejected: "glad" },
    ]);
    expect(close[0]!.margin).toBeCloseTo(0.1, 12);
    expect(close[1]!.objective).toBeUndefined();
  });

  test("have the prompt in other words, each by itself and all together, against a text for another prompt", () => {
    const asked = { ...sample("p", 1, LONG), wordings: ["p again", "p once more"] };
    const other = sample("q", 1, "a text for another prompt altogether now");
    const pairs = pairsFrom([asked], [other]).filter(
      ({ category }) => category.includes("words") || category.includes("wordings"),
    );
    expect(pairs.map(({ category, prompt }) => [category, prompt])).toEqual([
      [OTHER_WORDS, "p again"],
      [OTHER_WORDS, "p once more"],
      [MEAN_WORDS, "p"],
    ]);
    for (const pair of pairs) expect(pair).toMatchObject({ chosen: LONG, rejected: other.text });
    expect(pairs[2]!.wordings).toEqual(["p again", "p once more"]);
    // Texts of the page serve as the other ones, and are judged by nobody themselves.
    expect(pairsFrom([], [other])).toEqual([]);
  });

  test("come from the lines of a sweep's file too, without those that have none", () => {
    const lines = [
      { prompt: "p", chosen: "a", rejected: "b", kind: "story", measure: "truth joy" },
      { prompt: "p", chosen: null, rejected: null },
      { prompt: "q", chosen: "c", rejected: "d", category: "mine", rubric: "short" },
      { prompt: "q!", origin: "q", chosen: "c", rejected: "d", wordings: ["q?"] },
    ];
    const pairs = readPairs(`${lines.map((line) => JSON.stringify(line)).join("\n")}\n`, "f");
    expect(pairs).toMatchObject([
      { category: "truth joy", kind: "story", chosen: "a" },
      { category: "mine", kind: "advice", rubric: "short" },
      { prompt: "q!", origin: "q", wordings: ["q?"] },
    ]);
  });

  test.each([
    ["{", /f, line 1 is not JSON/],
    ["[]", /f, line 1 must be an object/],
    ['{"prompt":"p","chosen":"a"}', /f, line 1 must have the texts prompt, chosen and rejected/],
    ['{"prompt":"p","chosen":"a","rejected":"b","wordings":"q"}', /f, line 1: wordings must be a list of texts/],
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
    const of = (objective: "joy" | "detail"): ProbePair => ({ ...pair(`truth ${objective}`, "a", "b"), objective });
    expect([joy.takes(of("joy")), joy.takes(of("detail")), joy.takes(pair("shuffled", "a", "b"))]).toEqual([
      true,
      false,
      true,
    ]);
    for (const rater of raters) {
      const [straight] = await rater.judge(pair("x", "A happy day", "It was a cold and sad night in town"));
      const [exchanged] = await rater.judge(pair("x", "It was a cold and sad night in town", "A happy day"));
      if (straight!.outcome === null) expect(exchanged!.outcome).toBeNull();
      else expect(straight!.outcome + exchanged!.outcome!).toBe(1);
    }
    const brevity = raters.find(({ name }) => name === "scorer brevity")!;
    expect(await brevity.judge(pair("cut", "one two", "one two three"))).toMatchObject([
      { rater: "scorer brevity", category: "cut", chosen: "one two", outcome: 1 },
    ]);
  });

  test("takes the mean over all wordings of a prompt, where a pair has several", async () => {
    const [judge] = ratersOf({ models, isLab: true, sources: [], asks: false }).filter(
      ({ name }) => name === "judge of joy",
    );
    const under = async (prompt: string, text: string): Promise<number> => {
      const ids = models.promptIds("policy", { kind: "story", prompt, instruction: null, system: "", turns: [] });
      const tokens = [...models.tokenizer.encode(` ${text}`), models.tokenizer.endIds[0]!];
      const [scores] = await models.judge!.score([[...ids, ...tokens]]);
      return scores![0]!.reduce((sum, each) => sum + each, 0) / 3;
    };
    const prompts = ["A fox", "A red fox", "The fox"];
    for (const [chosen, rejected] of [
      ["A happy day", "It was a cold night"],
      ["one two", "three four"],
    ] as const) {
      const mean = async (text: string): Promise<number> => {
        let sum = 0;
        for (const prompt of prompts) sum += await under(prompt, text);
        return sum / prompts.length;
      };
      const expected = (await mean(chosen)) > (await mean(rejected)) ? 1 : 0;
      const [said] = await judge!.judge({ ...pair(MEAN_WORDS, chosen, rejected), wordings: prompts.slice(1) });
      expect(said!.outcome).toBe(expected);
    }
  });

  test("goes on pair by pair, and ends at once where it is cancelled", async () => {
    const raters = ratersOf({ models, isLab: true, sources: usualSources(models, true), asks: false }).slice(0, 2);
    const cancelled = new AbortController();
    const seen: string[] = [];
    const run = async (): Promise<void> => {
      for await (const { done, total, rater } of probeRewards(
        [pair("a", "x", "y"), pair("b", "x", "z")],
        raters,
        cancelled.signal,
      )) {
        seen.push(`${done} of ${total} ${rater}`);
        if (done === 3) cancelled.abort();
      }
    };
    await expect(run()).rejects.toMatchObject({ code: "aborted" });
    expect(seen).toEqual(["1 of 4 judge of joy", "2 of 4 judge of joy", "3 of 4 judge of adventure"]);
  });
});

describe("the table", () => {
  const verdict = (prompt: string, outcome: number | null, more: Partial<Verdict> = {}): Verdict => ({
    rater: "r",
    category: "cut",
    prompt,
    chosen: "x",
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
    expect(probeMarkdown(found, [])).toContain("| r | 63 (");
  });

  test("counts a text against several as found where it is ahead of all, and the mean by categories alike", () => {
    const of = (category: string, chosen: string, outcome: number): Verdict => ({
      ...verdict(chosen, outcome),
      category,
      chosen,
    });
    const found = accuracies([
      ...["cut", "padded", "shuffled"].map((category) => of(category, "a", 1)),
      ...["cut", "padded", "shuffled"].map((category) => of(category, "b", category === "padded" ? 0 : 1)),
      of("cut", "c", 0.5),
      of("padded", "c", 1),
      of("cut", "alone", 1),
      of("truth joy", "a", 0),
    ]);
    expect(found.find(({ category }) => category === ONE_AGAINST_SEVERAL)).toMatchObject({ accuracy: 0.5, pairs: 3 });
    // cut (1 + 1 + 0.5 + 1) / 4, padded (1 + 0 + 1) / 3, shuffled 1, truth 0.
    expect(meanAccuracy(found, "r")).toBeCloseTo((0.875 + 2 / 3 + 1 + 0) / 4, 12);
    expect(meanAccuracy(found, "nobody")).toBeNull();
  });

  test("counts how a model that is asked answers in both orders", () => {
    const places = ordersOf([
      verdict("p", 1, { orders: { isConsistent: true, bias: 0.1, onMarks: 0.9 } }),
      verdict("q", 0, { orders: { isConsistent: false, bias: 0.3, onMarks: 0.7 } }),
      verdict("q", 0),
    ]);
    expect(places).toHaveLength(1);
    expect(places[0]).toMatchObject({ rater: "r", pairs: 2, consistent: 1 });
    expect(places[0]!.bias).toBeCloseTo(0.2, 12);
    expect(probeMarkdown([], places)).toContain("| r | 1 of 2 | +0.20 | 80 |");
  });
});
