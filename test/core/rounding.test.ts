import { expect, test } from "vitest";
import { roundUp, twoDigits, withoutNoise } from "../../src/core/rounding.ts";

test.each([
  [0.4321, 0.43],
  [0.00012345, 0.00012],
  [0, 0],
  [2, 2],
])("%d has the two digits %d", (value, shown) => {
  expect(twoDigits(value)).toBe(shown);
});

test.each([
  [0.64, 1],
  [0.2, 0.2],
  [0.21, 0.5],
  [0.0004, 0.0005],
  [3, 5],
  [10, 10],
])("%d is rounded up to %d", (value, end) => {
  expect(roundUp(value)).toBe(end);
});

test.each([
  [3 * 0.1, 0.3],
  [0.0001 * 3, 0.0003],
])("the noise of %d goes", (value, clean) => {
  expect(withoutNoise(value)).toBe(clean);
});
