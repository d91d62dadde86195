import { describe, expect, it } from "vitest";
import { evaluate, namesIn, type FormulaInputs } from "../../../src/core/scorers/formula/evaluate.ts";
import { parseFormula } from "../../../src/core/scorers/formula/parse.ts";
import { fc } from "../../properties.ts";

const inputs: FormulaInputs = {
  valueOf: (name) => (name === "flesch" ? null : name === "words" ? 12 : 3),
  countOf: (words) => words.length,
};

function valueOf(formula: string): number | null {
  return evaluate(parseFormula(formula), inputs);
}

describe("formulas", () => {
  it.each<[string, number | null]>([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["10 - 4 - 3", 3],
    ["24 / 4 / 2", 3],
    ["-2 * -3", 6],
    ["2 - -3", 5],
    [".5 + 1e2 + 2.", 102.5],
    ["words / 4", 3],
    ["min(words, 5, 7) + max(1, 2)", 7],
    ["abs(-3) + sqrt(16) + log(exp(2))", 9],
    ["words > 10", 1],
    ["words <= 11", 0],
    ["(words == 12) + (words != 12)", 1],
    ["if(words > 10, 1, -1)", 1],
    ["if(words < 10, flesch, 5)", 5],
    ['count("please") + count(“ok”)', 8],
    ["flesch + 1", null],
    ["if(flesch, 1, 2)", null],
    ["max(1, flesch)", null],
  ])("%s is %d", (formula, value) => {
    expect(valueOf(formula)).toBe(value);
  });

  it("give NaN and infinities where arithmetic does", () => {
    expect([valueOf("1 / 0"), valueOf("log(-1)"), valueOf("0 / 0")]).toEqual([Infinity, NaN, NaN]);
  });

  it("nest in parentheses as deep as they are written", () => {
    interface Sum {
      readonly text: string;
      readonly value: number;
    }
    const operations = {
      "+": (a: number, b: number) => a + b,
      "-": (a: number, b: number) => a - b,
      "*": (a: number, b: number) => a * b,
      "/": (a: number, b: number) => a / b,
    };
    const operator = fc.constantFrom("+" as const, "-" as const, "*" as const, "/" as const);
    const { sum } = fc.letrec<{ sum: Sum }>((tie) => ({
      sum: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.integer({ min: 0, max: 20 }).map((value) => ({ text: String(value), value })),
        fc.tuple(tie("sum"), operator, tie("sum")).map(([a, o, b]) => ({
          text: `(${a.text} ${o}${b.text})`,
          value: operations[o](a.value, b.value),
        })),
      ),
    }));
    fc.assert(
      fc.property(sum, ({ text, value }) => {
        expect(valueOf(text)).toBe(value);
      }),
    );
  });

  it("say which names they use", () => {
    expect(namesIn(parseFormula("max(words, -flesch) / if(1 < lines, 2, words)"))).toEqual([
      "flesch",
      "words",
      "lines",
    ]);
  });

  it.each([
    ["", /its end at character 1, where it needs a number, a name or "\("/],
    ["1 +", /its end at character 4, where it needs a number/],
    ["1 2", /“2” at character 3, where it needs an operator or the end/],
    ["(1 + 2", /its end at character 7, where it needs "\)"/],
    ["1 + )", /“\)” at character 5/],
    ["wrods * 2", /“wrods” at character 1, where it needs one of sentiment, .*words,/],
    ["min()", /“\)” at character 5/],
    ["abs(1, 2)", /“\)” at character 9, where it needs at most 1 input of abs/],
    ["if(1, 2)", /where it needs "," and input 3 of if/],
    ["min 3", /“3” at character 5, where it needs "\("/],
    ["1 < 2 < 3", /“<” at character 7, where it needs parentheses around one of two comparisons/],
    ["count(3)", /“3” at character 7, where it needs words in quotes/],
    ['count("..")', /where it needs words in quotes/],
    ['count("a', /where it needs a closing quote/],
    ["2 ^ 3", /“\^” at character 3/],
    ["words; alert(1)", /“;” at character 6/],
    ["constructor", /“constructor” at character 1, where it needs one of/],
    ["__proto__(1)", /“__proto__” at character 1/],
    ["1 = 1", /“=” at character 3/],
    [`${"(".repeat(60)}1${")".repeat(60)}`, /at most 50 parentheses inside each other/],
    [`${"-".repeat(3)}1`, /“-” at character 2/],
  ])("that do not parse say where and what they need: %s", (formula, message) => {
    expect(() => parseFormula(formula)).toThrow(message);
    expect(() => parseFormula(formula)).toThrow(expect.objectContaining({ code: "invalid-request" }));
  });
});
