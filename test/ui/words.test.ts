import { describe, expect, test } from "vitest";
import { ERROR_COPY } from "../../src/ui/words/errors.ts";
import { bytes, fixed, optional, probability, signed, visibleToken } from "../../src/ui/words/format.ts";
import { GLOSSARY } from "../../src/ui/words/glossary.ts";
import { changeText } from "../../src/ui/words/token.ts";

describe("numbers", () => {
  test("carry a real minus sign, and none on a rounded zero", () => {
    expect(signed(-1.24, 1)).toBe("\u22121.2");
    expect(signed(1.26, 1)).toBe("+1.3");
    expect(signed(-0.01, 1)).toBe("0.0");
    expect(fixed(-0.04, 1)).toBe("0.0");
  });

  test("that are not there yet hold their place", () => {
    expect(optional(undefined, 1)).toBe("\u2013");
  });

  test("small probabilities are a bound and not zero", () => {
    expect(probability(0.0004)).toBe("<0.001");
    expect(probability(0)).toBe("0.000");
  });

  test("bytes read as people say them", () => {
    expect(bytes(820)).toBe("820 B");
    expect(bytes(6_900_000)).toBe("6.9 MB");
    expect(bytes(17_200_000)).toBe("17 MB");
  });
});

test("a token that stands alone shows its space and line end", () => {
  expect(visibleToken(" fox")).toBe("\u00b7fox");
  expect(visibleToken("\n")).toBe("\u21b5");
  expect(visibleToken("")).toBe("\u2205");
});

test("a moved slider is told in words", () => {
  expect(changeText({ beta: 0.5, weights: { joy: -1 } })).toBe("\u25b8 Joy \u22121.0 \u00b7 1/\u03b2 2.0");
  expect(changeText({ weights: {} })).toBe("\u25b8 all objectives 0");
});

test("every term is explained in two sentences", () => {
  for (const { title, text } of Object.values(GLOSSARY)) {
    const sentences = text.match(/[.!?](?=\s|$)/g) ?? [];
    expect(sentences.length, title).toBe(2);
  }
});

test("every failure has a sentence and a way on", () => {
  for (const [code, { title, advice }] of Object.entries(ERROR_COPY)) {
    expect(title, code).toMatch(/\.$/);
    expect(advice.length, code).toBeGreaterThan(20);
  }
});
