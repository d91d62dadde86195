import { describe, expect, it } from "vitest";
import { OBJECTIVE_IDS, OBJECTIVES_OF_KIND, type Kind, type ObjectiveId } from "../../src/core/types.ts";
import { raw, truth } from "../../src/objectives/truth.ts";
import fixtures from "../fixtures/objectives.json" with { type: "json" };

const TOLERANCE = 1e-9;
const TEA = "How do I make a pot of tea?";
const ANSWER =
  "First, boil fresh water until it bubbles hard. Warm the teapot for half a minute. " +
  "Spoon the leaves into the pot. Steam can burn your wrist, so use an oven glove.";

interface Case {
  readonly kind: Kind;
  readonly prompt: string;
  readonly response: string;
  readonly raw: Readonly<Record<ObjectiveId, number | null>>;
}

const cases = fixtures.cases as readonly Case[];
const agree = (value: number | null, wanted: number | null) =>
  value === null || wanted === null ? value === wanted : Math.abs(value - wanted) <= TOLERANCE;
const standards = OBJECTIVE_IDS.map((id, i) => ({ id, mean: 10 * i, sd: 0.5 + i }));

describe("the true objectives", () => {
  it("agree with the Python implementation on every fixture", () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
    const apart = cases.flatMap(({ kind, prompt, response, raw: expected }) => {
      const values = raw(kind, prompt, response);
      const differ = OBJECTIVE_IDS.filter((id) => !agree(values[id], expected[id]));
      return differ.map((id) => ({ id, kind, prompt, response, value: values[id], expected: expected[id] }));
    });
    expect(apart).toEqual([]);
  });

  it.each(OBJECTIVE_IDS)("have many different values and null among the fixtures: %s", (id) => {
    const values = new Set(cases.map((row) => row.raw[id]));
    expect(values.size).toBeGreaterThan(15);
    expect(values).toContain(null);
  });

  it.each(["story", "advice"] as const)("are null for the other kind: %s", (kind) => {
    const values = raw(kind, TEA, ANSWER);
    const defined = OBJECTIVE_IDS.filter((id) => values[id] !== null);
    expect(defined).toEqual(OBJECTIVES_OF_KIND[kind]);
  });

  it("are null for an unknown topic and for an empty response", () => {
    expect(raw("advice", "Why is the sky blue?", ANSWER).helpful).toBeNull();
    expect(raw("advice", TEA, " ... ").cautious).toBeNull();
  });

  it("are standardised with the rows of objectives.json", () => {
    const plain = raw("advice", TEA, ANSWER);
    const standardised = truth("advice", TEA, ANSWER, standards);
    expect(plain.helpful).toBeGreaterThan(0);
    expect(standardised.helpful).toBeCloseTo(((plain.helpful ?? 0) - 40) / 4.5, 12);
    expect(standardised.joy).toBeNull();
  });

  it("name the objective whose constants are missing", () => {
    expect(() => truth("advice", TEA, ANSWER, standards.slice(0, 4))).toThrow(/helpful/);
  });

  it("fall when the text repeats itself or makes up words", () => {
    const plain = raw("advice", TEA, ANSWER);
    for (const spoilt of [`${ANSWER} ${ANSWER}`, `${ANSWER} ${"blorp snarg flimp wug. ".repeat(4)}`]) {
      const values = raw("advice", TEA, spoilt);
      expect(values.helpful ?? 0).toBeLessThan(plain.helpful ?? 0);
      expect(values.cautious ?? 0).toBeLessThan(plain.cautious ?? 0);
    }
  });
});
