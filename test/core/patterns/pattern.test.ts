import { describe, expect, it } from "vitest";
import { compilePattern, findPattern } from "../../../src/core/patterns/pattern.ts";
import { fc } from "../../properties.ts";

const PATTERNS = [
  "",
  "fox",
  "^fox",
  "fox$",
  "f.x",
  "fo*x|cat",
  "(ab)+c",
  "(?:a|b){2,3}c",
  "a{2}",
  "a{2,}b?",
  "[a-c]+[^a-c]",
  "[]]",
  "[\\w-]+",
  "\\bfox\\b",
  "\\Bx",
  "\\d\\D\\s\\S",
  "(a*)*b",
  "(a|aa)+$",
  "a+?b",
  "\\.",
  "^$",
  "€+",
];

describe("patterns", () => {
  it("are found where the language's own engine finds them", () => {
    const letter = fc.constantFrom("a", "b", "c", "f", "o", "x", " ", ".", "1", "-", "]", "\n", "€");
    const texts = fc.array(letter, { maxLength: 12 }).map((letters) => letters.join(""));
    fc.assert(
      fc.property(fc.constantFrom(...PATTERNS), texts, (pattern, text) => {
        const own = new RegExp(pattern.replace("[]]", "[\\]]"), "mu");
        expect(findPattern(pattern, text)).toBe(own.test(text));
      }),
      { numRuns: 3000 },
    );
  });

  it("may ignore case", () => {
    expect([
      findPattern("(?i)FoX|[d-f]at", "a fox"),
      findPattern("(?i)[d-f]at", "EAT"),
      findPattern("fox", "FOX"),
    ]).toEqual([true, true, false]);
  });

  it("take linear time where going back would take years", () => {
    const start = performance.now();
    expect(findPattern("(a+)+$", `${"a".repeat(5000)}b`)).toBe(false);
    expect(findPattern("(a|a)*(a|a)*(a|a)*b$", "a".repeat(2000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it.each([
    ["(a", /"\(" without a "\)"/],
    ["a)", /"\)" without a "\("/],
    ["*a", /nothing before "\*"/],
    ["a**", /repeats a part that already repeats/],
    ["a{2", /"\{" without numbers/],
    ["a{3,2}", /smaller one first/],
    ["a{101}", /at most 100/],
    ["((a{100}){100}){100}", /needs more than \d+ steps/],
    ["(?=a)", /look-around/],
    ["(a)\\1", /back-reference/],
    ["[z-a]", /swap its ends/],
    ["[a", /"\[" without a "\]"/],
    ["\\", /ends in/],
    ["(".repeat(200), /more than 50 deep/],
  ])("that are broken or go back say so: %s", (pattern, why) => {
    expect(compilePattern(pattern)).toMatchObject({ type: "broken", why: expect.stringMatching(why) as string });
    expect(findPattern(pattern, "a")).toBe(false);
  });
});
