import { expect, it } from "vitest";
import { sentenceSpans, sentenceSums } from "../../../src/core/lens/sentences.ts";

const PIECES = [" A", " fox", " ran", ".", " It", " sang", "!", ""];

it("gives each token to the sentence where its first letter stands, and the end to the last one", () => {
  expect(sentenceSpans(PIECES)).toEqual([
    { text: "A fox ran.", tokens: [0, 1, 2, 3] },
    { text: "It sang!", tokens: [4, 5, 6, 7] },
  ]);
});

it("sums what the tokens of a sentence have, and leaves out what is not known", () => {
  const values = [1, 2, null, 4, -8, 16, null, 0.5];
  expect(sentenceSums(sentenceSpans(PIECES), values)).toEqual([7, 8.5]);
});

it("loses no token and counts none twice", () => {
  const pieces = ["\n\n", "Yes", ".", "  ", "No", "?", " ", "So", " it", " is", ""];
  const spans = sentenceSpans(pieces);
  expect(spans.map(({ text }) => text)).toEqual(["Yes.", "No?", "So it is"]);
  expect(spans.flatMap(({ tokens }) => tokens).toSorted((a, b) => a - b)).toEqual([...pieces.keys()]);
  expect(sentenceSpans([])).toEqual([]);
  expect(sentenceSpans(["", " "])).toEqual([]);
});
