import { describe, expect, test } from "vitest";
import { fallsApart, type Passage } from "../../src/core/coherence.ts";

/** @param perplexity under the base */
function passage(tokens: readonly number[], perplexity = 2): Passage {
  return { tokens, baseLogprobSum: -tokens.length * Math.log(perplexity) };
}
const varied = (length: number): number[] => Array.from({ length }, (_, i) => i);
const loop = (period: number, length: number): number[] => Array.from({ length }, (_, i) => i % period);
const plain = passage(varied(32));

describe("a steered text", () => {
  test("has fallen apart where its perplexity is more than three times plain's", () => {
    expect(fallsApart(passage(varied(32), 5.9), plain)).toBe(false);
    expect(fallsApart(passage(varied(32), 6.1), plain)).toBe(true);
    expect(fallsApart(passage(varied(10), 6.1), passage(varied(32), 2.1))).toBe(false);
  });

  test("has fallen apart where it goes round in a circle, however likely that is", () => {
    for (const period of [1, 2, 5, 10]) expect(fallsApart(passage(loop(period, 32), 1.1), plain)).toBe(true);
    // A refrain in a text that goes on elsewhere.
    const refrain = [
      1,
      2,
      3,
      4,
      50,
      51,
      52,
      53,
      1,
      2,
      3,
      4,
      60,
      61,
      62,
      63,
      1,
      2,
      3,
      4,
      ...varied(30).map((i) => 70 + i),
    ];
    expect(fallsApart(passage(refrain), plain)).toBe(true);
    expect(fallsApart(passage([...varied(20), ...varied(6)]), plain)).toBe(false);
  });

  test("is no worse than a plain text that goes round itself", () => {
    expect(fallsApart(passage(loop(8, 32)), passage(loop(8, 32)))).toBe(false);
    expect(fallsApart(passage(loop(4, 32)), passage(loop(12, 32)))).toBe(true);
  });

  test("that says nothing has fallen apart, unless plain says nothing either", () => {
    expect(fallsApart(passage([]), plain)).toBe(true);
    expect(fallsApart(passage([]), passage([]))).toBe(false);
    // Short is not broken.
    expect(fallsApart(passage([4, 5, 6]), plain)).toBe(false);
  });
});
