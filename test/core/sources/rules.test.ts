import { describe, expect, it } from "vitest";
import { readingGrade, ruleScore, wordsOf } from "../../../src/core/sources/rules.ts";
import type { Rule } from "../../../src/core/sources/spec.ts";

const find = (pattern: string, text: string): boolean => text.includes(pattern);
const score = (rule: Rule, text: string): number | null => ruleScore(rule, text, find);

describe("rules", () => {
  it("count words of any script, with what is inside a word", () => {
    expect(wordsOf("Don’t stop: the well-known naïve café, 31 °C!")).toEqual([
      "Don’t",
      "stop",
      "the",
      "well-known",
      "naïve",
      "café",
      "31",
      "C",
    ]);
  });

  it("miss a length by the share of words too many or too few", () => {
    const rule: Rule = { type: "length", words: 4 };
    expect(score(rule, "one two three four")).toBe(-0);
    expect(score(rule, "one two")).toBe(-0.5);
    expect(score(rule, "one two three four five six")).toBe(-0.5);
    expect(score(rule, "")).toBe(-1);
  });

  it("find keywords as whole words in any case, and phrases", () => {
    const rule: Rule = { type: "keywords", wanted: ["Fox", "old mill"], unwanted: ["cat", "dog"] };
    expect(score(rule, "The fox went by the old mill.")).toBe(1);
    expect(score(rule, "The foxes went by the OLD mill.")).toBe(0.5);
    expect(score(rule, "A cat, a concatenation; fox")).toBe(0);
    expect(score({ type: "keywords", wanted: [], unwanted: ["cat"] }, "cat")).toBe(-1);
  });

  it("grade reading as Flesch and Kincaid do", () => {
    // 12 words, 2 sentences, 13 syllables ("lit-tle").
    const text = "The cat sat on the mat. The little dog saw the cat.";
    expect(readingGrade(text)).toBeCloseTo(0.39 * 6 + 11.8 * (13 / 12) - 15.59, 12);
    expect(score({ type: "readability", grade: 2 }, text)).toBeCloseTo(-Math.abs(readingGrade(text)! - 2), 12);
    expect(score({ type: "readability", grade: 2 }, "…")).toBeNull();
    expect(readingGrade("Incomprehensibility notwithstanding")!).toBeGreaterThan(20);
  });

  it("count syllables as speakers do in plain words", () => {
    const syllables = (word: string): number => Math.round((readingGrade(word)! + 15.59 - 0.39) / 11.8);
    const known = { the: 1, make: 1, makes: 1, boxes: 2, little: 2, free: 1, coffee: 2, banana: 3, rhythm: 1 };
    for (const [word, count] of Object.entries(known)) expect([word, syllables(word)]).toEqual([word, count]);
  });

  it("take a text as JSON only as a whole", () => {
    expect(score({ type: "json", shape: "any" }, ' {"a": [1, 2]} ')).toBe(1);
    expect(score({ type: "json", shape: "any" }, 'Here: {"a": 1}')).toBe(0);
    for (const [text, isObject, isArray] of [
      ['{"a": [1, 2]}', 1, 0],
      ['\n[{"a": 1}, 2]', 0, 1],
      ["{}", 1, 0],
      ["null", 0, 0],
      ["7", 0, 0],
      ['"{}"', 0, 0],
      ['Here: {"a": 1}', 0, 0],
      ['{"a": 1', 0, 0],
    ] as const) {
      expect(score({ type: "json", shape: "object" }, text)).toBe(isObject);
      expect(score({ type: "json", shape: "array" }, text)).toBe(isArray);
    }
    expect(score({ type: "json", shape: "any" }, "[".repeat(200_000))).toBe(0);
  });

  it("ask the finder for patterns", () => {
    expect([
      score({ type: "pattern", pattern: "ab" }, "cab"),
      score({ type: "pattern", pattern: "ab" }, "a b"),
    ]).toEqual([1, 0]);
  });
});
