import { syllable } from "syllable";
import { describe, expect, it } from "vitest";
import { openScorer } from "../../../src/engine/scorers/open-scorer.ts";
import { tagWords } from "../../../src/engine/scorers/tagger.ts";

/** By a dictionary (CMU's). Of running English, weighted by how usual its words are, the package counts 98 % as it does. */
const SYLLABLES: Readonly<Record<string, number>> = {
  cat: 1,
  make: 1,
  table: 2,
  being: 2,
  used: 1,
  called: 1,
  wanted: 2,
  business: 2,
  something: 2,
  beautiful: 3,
  experience: 4,
  information: 4,
  university: 5,
  simple: 2,
  people: 2,
  different: 3,
  idea: 3,
  area: 3,
  queue: 1,
  rhythm: 2,
};

describe("scorers with their packages", () => {
  it("count syllables as a dictionary does, but for two hard words", () => {
    const wrong = Object.entries(SYLLABLES).filter(([word, count]) => syllable(word) !== count);
    expect(wrong.map(([word]) => word)).toEqual(["experience", "area"]);
  });

  it("find simple words simpler than long ones", async () => {
    const scorer = await openScorer({ type: "simple-words" });
    expect(scorer.score("The cat sat on the mat.")).toBe(-1);
    expect(scorer.score("Institutional considerations necessitate elaboration.")).toBeLessThan(-3);
  });

  it("give Flesch's reading ease of his own scale", async () => {
    const { score } = await openScorer({ type: "flesch" });
    // 6 words, 1 sentence, 6 syllables: 206.835 - 6.09 - 84.6.
    expect(score("The cat sat on the mat.")).toBeCloseTo(116.145, 10);
    expect(score("The implementation of interdisciplinary methodologies facilitates comprehension.")).toBeLessThan(0);
  });

  it("load no package for a scorer that needs none", async () => {
    expect((await openScorer({ type: "brevity" })).score("one two")).toBe(-2);
  });

  it("join in a formula", async () => {
    const { score } = await openScorer({ type: "formula", formula: "sentiment - syllables + formality / 100" });
    expect(score("A great day.")).toBeCloseTo(0.6249 - 1 + (100 * (3 / 3) + 100) / 200, 4);
  });

  it("tag the classes of words that formality counts", () => {
    expect(tagWords("The old man quickly gave a book to her.")).toEqual({
      words: 9,
      nouns: 2,
      adjectives: 1,
      prepositions: 1,
      articles: 2,
      pronouns: 1,
      verbs: 1,
      adverbs: 1,
      interjections: 0,
    });
    expect(tagWords("Oh, it's them.")).toMatchObject({ words: 4, pronouns: 2, verbs: 1, interjections: 1 });
    expect(tagWords("")).toMatchObject({ words: 0 });
  });

  it("find letters of business more formal than chat", async () => {
    const { score } = await openScorer({ type: "formality" });
    const formal =
      "The committee has completed the assessment of the annual report. The results of the investigation will be published in the journal of the university.";
    const casual =
      "Hey, I was just gonna say you really should come over, because we always have so much fun when you're here!";
    expect(score(formal)).toBeGreaterThan(60);
    expect(score(casual)).toBeLessThan(45);
  });
});
