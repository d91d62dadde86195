/** Gains at one KL, worked out by hand. */
import { expect, it } from "vitest";
import { curveAt } from "../../scripts/heads/equal-kl.ts";

const POINTS = [
  { kl: 6, gain: 2 },
  { kl: 2, gain: 1 },
];

it("a gain lies on the straight lines from plain sampling through the lanes", () => {
  expect(curveAt(POINTS, 0)).toBe(0);
  expect(curveAt(POINTS, 1)).toBeCloseTo(0.5, 12);
  expect(curveAt(POINTS, 2)).toBe(1);
  expect(curveAt(POINTS, 5)).toBeCloseTo(1.75, 12);
  expect(curveAt(POINTS, 6)).toBe(2);
});

it("nothing is said beyond the lane that cost most", () => {
  expect(() => curveAt(POINTS, 6.1)).toThrow("no lane reaches 6.1 nats; the largest has 6");
  expect(() => curveAt(POINTS, NaN)).toThrow("no lane reaches NaN nats");
});
