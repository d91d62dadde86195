import { describe, expect, it } from "vitest";
import { comparisonPrompt, parseAnswer, tally, verdictOf } from "../../src/core/comparison.ts";
import type { ComparisonReply } from "../../src/core/comparison.ts";

describe("a judge's reply", () => {
  it.each<[string, ComparisonReply]>([
    ["A", "A"],
    [" B.\nBecause it is shorter", "B"],
    ["**A**", "A"],
    ["(B)", "B"],
    ["Answer: A", "A"],
    ["The better text is B", "B"],
    ["Text A is better.", "A"],
    ["A is clearer", "A"],
    ["Tie", "tie"],
    ["tie.", "tie"],
    ["A good answer names what to do", "unparsable"],
    ["Both are fine", "unparsable"],
    ["Bramble was a hedgehog", "unparsable"],
    ["Tied with string", "unparsable"],
    ["I cannot choose between A and B", "unparsable"],
    ["", "unparsable"],
  ])("%j is read as %s", (reply, answer) => expect(parseAnswer(reply)).toBe(answer));
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

  it("come from a question with rubric, task and both texts in order", () => {
    const prompt = comparisonPrompt("kindness", "greet", "hello", "go away");
    for (const part of ["kindness", "greet", "hello", "go away"]) expect(prompt).toContain(part);
    expect(prompt.indexOf("hello")).toBeLessThan(prompt.indexOf("go away"));
  });
});
