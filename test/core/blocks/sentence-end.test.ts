import { describe, expect, test } from "vitest";
import { sentenceEnds } from "../../../src/core/blocks/sentence-end.ts";

describe("a sentence that is being written ends", () => {
  test.each([
    "The fox ran home.",
    " Really?",
    "Stop!",
    "“Go on,” she said.",
    'He said "no."',
    "(See below.)",
    "And so on…",
    "Is it **true?**",
    "The answer is 42.\n",
    "A line without a mark\n",
    "这是真的。",
    "It was built in 1999.",
  ])("with %j", (text) => expect(sentenceEnds(text)).toBe(true));

  test.each([
    "",
    " ",
    "...",
    "\n\n",
    "The fox",
    "It costs 3.5",
    "Mr.",
    "We met Dr.",
    "by J. R.",
    "1.",
    "\n2.",
    "fruit, e.g.",
    "a, b,",
  ])("not with %j", (text) => expect(sentenceEnds(text)).toBe(false));
});
