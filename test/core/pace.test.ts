import { describe, expect, test } from "vitest";
import { DOWNLOAD_PACE, Pace } from "../../src/core/pace.ts";

function paceOf(marks: readonly (readonly [ms: number, done: number])[], options = {}): Pace {
  const pace = new Pace(options);
  for (const [ms, done] of marks) pace.mark(ms, done);
  return pace;
}

describe("the pace of work", () => {
  test("is what was done over the time that it took", () => {
    const pace = paceOf([
      [1000, 0],
      [3000, 8],
    ]);
    expect(pace.perSecond).toBe(4);
    expect(pace.secondsLeft(6)).toBe(1.5);
  });

  test("counts no time in which the work rests", () => {
    const pace = paceOf([
      [0, 0],
      [1000, 1],
    ]);
    pace.rest();
    pace.mark(60_000, 1);
    pace.mark(61_000, 2);
    expect(pace.perSecond).toBe(1);
    expect(pace.secondsLeft(3)).toBe(3);
  });

  test("is not known before anything was done, nor from an instant", () => {
    expect(new Pace().perSecond).toBeNull();
    expect(new Pace().secondsLeft(1)).toBeNull();
    expect(paceOf([[0, 0]]).secondsLeft(1)).toBeNull();
    expect(
      paceOf([
        [0, 0],
        [500, 0],
      ]).secondsLeft(1),
    ).toBeNull();
    expect(
      paceOf(
        [
          [0, 0],
          [200, 9],
        ],
        DOWNLOAD_PACE,
      ).perSecond,
    ).toBeNull();
  });

  test("goes by the latest window where one is given", () => {
    const marks: [number, number][] = Array.from({ length: 21 }, (_, i) => [i * 1000, i < 10 ? i : 10 + (i - 10) * 5]);
    expect(paceOf(marks, { windowMs: 5000 }).perSecond).toBe(5);
    expect(paceOf(marks).perSecond).toBe(3);
  });

  test("starts anew where less is done than before", () => {
    const pace = paceOf([
      [0, 0],
      [1000, 100],
      [2000, 0],
      [3000, 10],
    ]);
    expect(pace.perSecond).toBe(10);
  });
});
