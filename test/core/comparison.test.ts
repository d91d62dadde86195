import { describe, expect, it } from "vitest";
import { MAX_VOTES, ratingPrompt, votePrompt } from "../../src/core/compare/judge-prompts.ts";
import { meanBias, replyOf, tally, verdictOf } from "../../src/core/comparison.ts";
import type { ComparisonReply } from "../../src/core/comparison.ts";

describe("a judge's reply", () => {
  it.each<[number, number, ComparisonReply]>([
    [0.6, 0.9, "A"],
    [0.4, 0.9, "B"],
    [0.5, 0.9, "tie"],
    [0.495, 0.9, "tie"],
    [0.485, 0.9, "B"],
    [0.9, 0.04, "unparsable"],
    [0.9, 0.05, "A"],
  ])("with %f of the marks on A and %f on both is %s", (shareOfA, onMarks, reply) =>
    expect(replyOf(shareOfA, onMarks)).toBe(reply),
  );
});

describe("verdicts", () => {
  const answers: readonly ComparisonReply[] = ["A", "B", "tie", "unparsable"];

  it("need both orders to agree, and mirror when the texts are exchanged", () => {
    expect(verdictOf("A", "B")).toEqual({ type: "prefers", winner: "first" });
    expect(verdictOf("B", "A")).toEqual({ type: "prefers", winner: "second" });
    expect(verdictOf("A", "A")).toEqual({ type: "position-bias", favours: "A" });
    for (const straight of answers) {
      for (const swapped of answers) {
        const [own, mirrored] = [verdictOf(straight, swapped), verdictOf(swapped, straight)];
        expect(mirrored.type).toBe(own.type);
        if (own.type === "prefers" && mirrored.type === "prefers") expect(mirrored.winner).not.toBe(own.winner);
      }
    }
  });

  it("are counted once each, bias and unreadable replies in columns of their own", () => {
    const all = answers.flatMap((straight) => answers.map((swapped) => verdictOf(straight, swapped)));
    const counts = tally(all);
    expect(counts).toEqual({ first: 1, second: 1, ties: 5, biasA: 1, biasB: 1, unparsable: 7 });
    expect(Object.values(counts).reduce((sum, each) => sum + each, 0)).toBe(16);
  });

  it("have a mean position bias, over those that could be read", () => {
    const rest = {
      preferFirst: 0.5,
      onMarks: 1,
      sharesOfA: [0.5, 0.5],
      scores: [3, 3],
      scoreShares: [[], []],
    } as const;
    const reading = (bias: number) => ({ reading: { bias, ...rest } });
    expect(meanBias([reading(0.5), {}, reading(-0.1)])).toBeCloseTo(0.2, 12);
    expect(meanBias([{}])).toBeNull();
  });

  it("come from questions with rubric, task and the texts in order, in every wording", () => {
    const asked = { rubric: "kindness", task: "greet", a: "hello", b: "go away" };
    const prompts = Array.from({ length: MAX_VOTES }, (_, vote) => votePrompt(vote, asked));
    for (const prompt of prompts) {
      for (const part of Object.values(asked)) expect(prompt).toContain(part);
      expect(prompt.indexOf("hello")).toBeLessThan(prompt.indexOf("go away"));
    }
    expect(new Set(prompts).size).toBe(MAX_VOTES);
    expect(() => votePrompt(MAX_VOTES, asked)).toThrow(/there are 5 wordings, and 5 was asked for/);
    for (const part of ["kindness", "greet", "hello"])
      expect(ratingPrompt("kindness", "greet", "hello")).toContain(part);
  });
});
