import { describe, expect, test } from "vitest";
import { keptSamples, rejectionToken } from "../../../src/core/blocks/rejection.ts";

describe("the texts that go on", () => {
  test("are those of the highest scores, the first of equal ones, in their order", () => {
    expect(keptSamples([1, 3, 2, 3], 0.5)).toEqual([1, 3]);
    expect(keptSamples([1, 1, 1, 1], 0.5)).toEqual([0, 1]);
    expect(keptSamples([null, 0, null, -1], 0.25)).toEqual([0, 1, 3]);
    expect(keptSamples([5, 4, 3], 0)).toEqual([0, 1, 2]);
  });

  test("are never none", () => expect(keptSamples([2, 7], 0.95)).toEqual([1]));

  test("are ranked at half of the answer, unless a token is named", () => {
    expect(rejectionToken({}, 49)).toBe(24);
    expect(rejectionToken({}, 1)).toBe(1);
    expect(rejectionToken({ at: 10 }, 49)).toBe(10);
  });
});
