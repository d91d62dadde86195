import { expect, test } from "vitest";
import { expectedScore, judgeBothOrders } from "../../../src/core/compare/both-orders.ts";
import { preferenceProbability, preferenceScore } from "../../../src/core/compare/general-preference.ts";
import { fc } from "../../properties.ts";

const logit = fc.double({ min: -15, max: 15, noNaN: true });
const marks = fc.tuple(logit, logit);

test("the mean over both orders does not depend on which text is called the first", () => {
  fc.assert(
    fc.property(marks, marks, (straight, swapped) => {
      const [one, other] = [judgeBothOrders(straight, swapped), judgeBothOrders(swapped, straight)];
      expect(one.preferFirst + other.preferFirst).toBeCloseTo(1, 12);
      expect(one.bias).toBeCloseTo(other.bias, 12);
    }),
  );
});

test("a judge that always says A prefers nothing and has the greatest bias", () => {
  const { preferFirst, bias } = judgeBothOrders([40, 0], [40, 0]);
  expect(preferFirst).toBeCloseTo(0.5, 12);
  expect(bias).toBeCloseTo(0.5, 12);
});

test("a fair judge has no bias", () => {
  const { preferFirst, bias } = judgeBothOrders([1.3, -0.4], [-0.4, 1.3]);
  expect(preferFirst).toBeCloseTo(1 / (1 + Math.exp(-1.7)), 12);
  expect(bias).toBeCloseTo(0, 12);
});

test("a score is the mean of its distribution", () => {
  expect(expectedScore([0, 0, 0, 0, 0])).toBeCloseTo(3, 12);
  expect(expectedScore([0, 0, 0, 0, 60])).toBeCloseTo(5, 9);
  expect(expectedScore([Math.log(1), Math.log(3)])).toBeCloseTo(1.75, 12);
});

test("a general preference is never for both", () => {
  const embedding = fc.tuple(logit, logit);
  fc.assert(
    fc.property(embedding, embedding, (a, b) => {
      expect(preferenceScore(a, b) + preferenceScore(b, a)).toBeCloseTo(0, 12);
      expect(preferenceProbability(a, b, 2) + preferenceProbability(b, a, 2)).toBeCloseTo(1, 12);
      expect(preferenceScore(a, a)).toBeCloseTo(0, 12);
    }),
  );
});
