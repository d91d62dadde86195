import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainLetters } from "../../src/core/letters.ts";

describe("plain letters", () => {
  test.each([
    ["It was Ella’s first day at “Oak House” …", `It was Ella's first day at "Oak House" ...`],
    ["José and Zoë met Łukasz, Søren and Straßer.", "Jose and Zoe met Lukasz, Soren and Strasser."],
    ["Jose\u0301 and Zoe\u0308", "Jose and Zoe"],
    ["How do I clean a caf\u00e9 sign — quickly?", "How do I clean a cafe sign - quickly?"],
    ["ﬁve ｆｏｘｅｓ", "five foxes"],
    ["a\u00a0fox\u200b and\u202fan owl", "a fox and an owl"],
    ["a fox 🦊 ran", "a fox ran"],
    ["🦊🦊 ran ☀", " ran"],
    ["Œuvre, Æsop, naïve, Ångström", "Oeuvre, Aesop, naive, Angstrom"],
    ["„Gänsefüßchen“", '"Gansefusschen"'],
    ["½ cup, 5 × 3", "1/2 cup, 5 x 3"],
  ])("%j is read as %j", (written, read) => {
    expect(plainLetters(written)).toBe(read);
  });

  test.each([
    ["Say Привет to the fox", "Say to the fox"],
    ["小さな狐", ""],
  ])("letters of other scripts are left out: %j is read as %j", (written, read) => {
    expect(plainLetters(written)).toBe(read);
  });

  test("plain text comes back as it is, and twice is once", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
        const printable = text.replace(/[^\x20-\x7e\n\t]/g, "").replaceAll("`", "'");
        expect(plainLetters(printable)).toBe(printable);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(plainLetters(plainLetters(text))).toBe(plainLetters(text));
      }),
    );
  });
});
