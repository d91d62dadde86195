/** A judge that is asked in several wordings and with questions of the person's own, against probabilities worked out here. */
import { expect, test } from "vitest";
import { MAX_VOTES } from "../../../src/core/compare/judge-prompts.ts";
import { compareTexts, UNWATCHED } from "../../../src/engine/judge/compare-texts.ts";
import { MEAN_WORDS, OTHER_WORDS, type ProbePair } from "../../../src/core/probe/pairs.ts";
import { ratersOf } from "../../../src/engine/probe/raters.ts";
import { judgedBy, QUESTION } from "./judge-models.ts";

const share = (a: number, b: number): number => 1 / (1 + Math.exp(b - a));
/** Every wording has another number of question marks or texts before it, so the table knows which one it is asked. */
const logitsOf = (seen: string): Readonly<Record<string, number>> => {
  const swapped = seen.replaceAll("?", "").startsWith("y");
  const marks = (seen.match(/\?/g) ?? []).length;
  return { A: (swapped ? 0.2 : 0.6) + marks, B: 0.1 };
};

test("votes are wordings: their mean in each order is the reading, and each is told by itself", async () => {
  const { models, usage } = judgedBy(logitsOf);
  const { reading, votes, verdict, replies, forwards } = await compareTexts({ ...QUESTION, votes: MAX_VOTES }, models);
  expect(votes).toHaveLength(MAX_VOTES);
  const mean = (order: 0 | 1): number => votes!.reduce((sum, vote) => sum + vote.sharesOfA[order], 0) / MAX_VOTES;
  expect(reading!.sharesOfA[0]).toBeCloseTo(mean(0), 12);
  expect(reading!.sharesOfA[1]).toBeCloseTo(mean(1), 12);
  expect(reading!.preferFirst).toBeCloseTo((mean(0) + 1 - mean(1)) / 2, 12);
  expect(reading!.preferFirst).toBeCloseTo(votes!.reduce((sum, vote) => sum + vote.preferFirst, 0) / MAX_VOTES, 12);
  expect(reading!.bias).toBeCloseTo((mean(0) + mean(1)) / 2 - 0.5, 12);
  // The first wording asks “Which text is better by the rubric?” once.
  expect(votes![0]!.sharesOfA[0]).toBeCloseTo(share(1.6, 0.1), 9);
  expect([verdict, replies]).toEqual([{ type: "position-bias", favours: "A" }, ["A", "A"]]);
  // Ten questions in both orders and two scores, four in a forward.
  expect(usage.forwards).toEqual([4, 4, 4]);
  expect(forwards).toBe(3);
  expect(usage.disposed).toBe(usage.opened);
});

test("a question of one's own is the probability of yes over yes and no, for each text", async () => {
  const { models } = judgedBy((seen) =>
    seen === "x?" ? { Yes: 2, No: 0.5, no: 0.5, it: 3 } : { Yes: -1, No: 1, A: 0, B: 0 },
  );
  const { checks, reading } = await compareTexts({ ...QUESTION, checks: ["Is it kind?", "Is it kind?"] }, models);
  const no = Math.log(2 * Math.exp(0.5));
  expect(checks).toHaveLength(2);
  expect(checks![0]!.question).toBe("Is it kind?");
  expect(checks![0]!.yes[0]).toBeCloseTo(share(2, no), 9);
  expect(checks![0]!.yes[1]).toBeCloseTo(share(-1, 1), 9);
  const mass = (Math.exp(2) + 2 * Math.exp(0.5)) / (Math.exp(2) + 2 * Math.exp(0.5) + Math.exp(3));
  expect(checks![0]!.onMarks).toBeLessThanOrEqual(mass + 1e-9);
  expect(checks![1]).toEqual(checks![0]);
  expect(reading === undefined).toBe(false);
});

test("the distribution behind a score comes with its mean", async () => {
  const { models } = judgedBy((seen) => ({
    A: 1,
    B: 0,
    ...(seen.startsWith("xy") || seen.startsWith("yx") ? {} : { 1: 0, 2: 0, 3: 0, 4: 0, 5: Math.log(6) }),
  }));
  const { reading } = await compareTexts(QUESTION, models);
  expect(reading!.scoreShares[0].map((each) => Math.round(each * 1000))).toEqual([100, 100, 100, 100, 600]);
  expect(reading!.scores[0]).toBeCloseTo(4, 9);
});

test("a cancel ends it between two forwards, and progress is told in questions", async () => {
  const { models, usage } = judgedBy(logitsOf);
  const controller = new AbortController();
  const told: string[] = [];
  const control = {
    ...UNWATCHED,
    signal: controller.signal,
    onProgress: (done: number, total: number) => {
      told.push(`${done} of ${total}`);
      controller.abort();
    },
  };
  await expect(compareTexts({ ...QUESTION, votes: 5 }, models, control)).rejects.toMatchObject({ code: "aborted" });
  expect(told).toEqual(["4 of 12"]);
  expect(usage.disposed).toBe(usage.opened);
});

test.each([
  ["too many votes", { votes: 6 }, /votes must be a whole number from 1 to 5, got 6/],
  ["half a vote", { votes: 0.5 }, /votes must be a whole number from 1 to 5/],
  ["six questions", { checks: ["a", "b", "c", "d", "e", "f"] }, /checks/],
  ["a question that is no text", { checks: [3 as unknown as string] }, /checks\[0\] must be a text, got 3/],
])("%s are refused", async (_, change, message) => {
  const { models, usage } = judgedBy(logitsOf);
  await expect(compareTexts({ ...QUESTION, ...change }, models)).rejects.toThrow(message);
  expect(usage.forwards).toEqual([]);
});

test("on the bench a model is asked under every wording of a prompt, and the mean over them decides", async () => {
  // Under the prompt itself the first place wins a little, under its wordings the text x loses by more.
  const { models, usage } = judgedBy((seen) => {
    const isFirst = seen.replaceAll("?", "").startsWith("x");
    const isReworded = (seen.match(/\?/g) ?? []).length > 1;
    return { A: (isFirst ? 1 : -1) * (isReworded ? -2 : 1), B: 0 };
  });
  const asked = ratersOf({ models, isLab: false, sources: [], asks: true }).at(-1)!;
  const pair = (prompt: string, more: Partial<ProbePair>): ProbePair => ({
    category: OTHER_WORDS,
    kind: "advice",
    prompt,
    chosen: "§",
    rejected: "¤",
    rubric: "kinder",
    ...more,
  });
  expect(asked.takes(pair("go", { category: MEAN_WORDS, wordings: ["go?"] }))).toBe(true);
  const outcome = async (own: ProbePair): Promise<number | null | undefined> => (await asked.judge(own))[0]?.outcome;
  expect(await outcome(pair("go", {}))).toBe(1);
  expect(await outcome(pair("go?", { origin: "go" }))).toBe(0);
  const forwards = usage.forwards.length;
  expect(await outcome(pair("go", { category: MEAN_WORDS, wordings: ["go?"] }))).toBe(0);
  // Both questions were asked before.
  expect(usage.forwards).toHaveLength(forwards);
  // A text that the model has no room for says nothing, and ends nothing.
  expect(await outcome(pair("go".padEnd(4000, "?"), {}))).toBeNull();
});
