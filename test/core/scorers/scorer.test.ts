import { describe, expect, it } from "vitest";
import { formality, type WordClasses } from "../../../src/core/scorers/formality.ts";
import { readingEase, syllablesAWord } from "../../../src/core/scorers/readability.ts";
import { partsNeeded, scorerOf } from "../../../src/core/scorers/scorer.ts";
import { parseScorer, SCORER_TYPES, type ScorerSpec } from "../../../src/core/scorers/spec.ts";
import { countOf, countWords } from "../../../src/core/scorers/text-counts.ts";

const TEXT = "Hello, you! Is 12 a number?\n\nThe cat's well-known name is the name, please.";
/** One syllable for every two letters. */
const syllables = (word: string): number => Math.floor(word.length / 2);
const none: WordClasses = {
  words: 0,
  nouns: 0,
  adjectives: 0,
  prepositions: 0,
  articles: 0,
  pronouns: 0,
  verbs: 0,
  adverbs: 0,
  interjections: 0,
};

describe("counts of a text", () => {
  it.each([
    ["words", 14],
    ["sentences", 3],
    ["characters", 75],
    ["lines", 2],
    ["questions", 1],
    ["exclamations", 1],
    ["commas", 2],
    ["digits", 2],
    ["unique_words", 11 / 14],
    ["word_length", 4],
  ] as const)("%s", (name, value) => {
    expect(countOf(name, TEXT)).toBe(value);
  });

  it("say nothing of the words of a text without words", () => {
    expect([countOf("unique_words", "…"), countOf("word_length", ""), countOf("words", "…")]).toEqual([null, null, 0]);
  });

  it("find words one after another, whole and in any case", () => {
    expect(countWords("The Name", "the name the names THE NAME")).toBe(2);
    expect(countWords("cat", "concatenate")).toBe(0);
  });
});

describe("readability", () => {
  it("is Flesch's formula", () => {
    // 14 words, 3 sentences.
    const ratio = syllablesAWord(TEXT, syllables)!;
    expect(readingEase(TEXT, syllables)).toBeCloseTo(206.835 - 1.015 * (14 / 3) - 84.6 * ratio, 10);
    expect(readingEase("...", syllables)).toBeNull();
  });

  it("counts at least one syllable a word", () => {
    expect(syllablesAWord("a b 7", () => 0)).toBe(1);
    expect(syllablesAWord("", () => 0)).toBeNull();
  });
});

describe("formality", () => {
  it("is Heylighen and Dewaele's F", () => {
    const classes = { ...none, words: 20, nouns: 6, articles: 2, adjectives: 1, verbs: 4, pronouns: 3, adverbs: 1 };
    // (30 + 10 + 5 - 20 - 15 - 5 + 100) / 2
    expect(formality(classes)).toBe(52.5);
    expect(formality({ ...none, words: 3, nouns: 3 })).toBe(100);
    expect(formality({ ...none, words: 3, interjections: 3 })).toBe(0);
    expect(formality(none)).toBeNull();
  });
});

describe("scorers", () => {
  it("score by their spec", () => {
    const parts = { syllables, lexicon: new Map([["good", 1.9]]), tagger: () => ({ ...none, words: 2, nouns: 1 }) };
    const score = (spec: ScorerSpec, text = "a good thing"): number | null => scorerOf(spec, parts).score(text);
    expect(score({ type: "brevity" })).toBe(-3);
    expect(Object.is(score({ type: "brevity" }, ""), 0)).toBe(true);
    expect(score({ type: "sentiment" })).toBeCloseTo(0.4404, 4);
    expect(score({ type: "simple-words" })).toBeCloseTo(-5 / 3, 10);
    expect(score({ type: "simple-words" }, "")).toBeNull();
    expect(score({ type: "flesch" })).toBeCloseTo(206.835 - 1.015 * 3 - (84.6 * 5) / 3, 8);
    expect(score({ type: "formality" })).toBe(75);
    expect(score({ type: "keywords", wanted: ["good", "bad"], unwanted: ["thing"] })).toBe(-0.5);
    expect(score({ type: "pattern", pattern: "g.*d" })).toBe(1);
    expect(
      score({ type: "formula", formula: "100 * sentiment + flesch * 0 + formality + words + syllables" }),
    ).toBeCloseTo(44.04 + 75 + 3 + 5 / 3, 8);
    expect(score({ type: "formula", formula: 'count("good") / words' })).toBeCloseTo(1 / 3, 10);
    expect(score({ type: "formula", formula: "flesch" }, "")).toBeNull();
  });

  it("name the parts that they need, and miss none in silence", () => {
    expect(partsNeeded({ type: "brevity" })).toEqual([]);
    expect(partsNeeded({ type: "flesch" })).toEqual(["syllables"]);
    expect(partsNeeded({ type: "formula", formula: "flesch + syllables - sentiment + words" })).toEqual([
      "lexicon",
      "syllables",
    ]);
    expect(() => scorerOf({ type: "flesch" }, {}).score("a")).toThrow("needs its syllables");
  });

  it("come from a file with known keys and texts that parse", () => {
    const plain = SCORER_TYPES.filter((type) => type !== "keywords" && type !== "pattern" && type !== "formula");
    for (const type of plain) expect(parseScorer({ type }, "scorer")).toEqual({ type });
    const keywords = { type: "keywords", wanted: ["a"], unwanted: [] };
    expect(parseScorer(keywords, "scorer")).toEqual(keywords);
    expect(parseScorer({ type: "pattern", pattern: "a+" }, "scorer")).toEqual({ type: "pattern", pattern: "a+" });
    expect(() => parseScorer({ type: "flesch", words: 3 }, "scorer")).toThrow('scorer has no setting "words"');
    expect(() => parseScorer({ type: "mood" }, "scorer")).toThrow("scorer.type must be one of sentiment");
    expect(() => parseScorer({ type: "keywords", wanted: [], unwanted: [] }, "scorer")).toThrow("a list with keywords");
    expect(() => parseScorer({ type: "pattern", pattern: "(" }, "scorer")).toThrow(
      'scorer.pattern must be a pattern, got "("',
    );
    expect(() => parseScorer({ type: "formula", formula: "1 +" }, "scorer")).toThrow("at character 4");
  });
});
