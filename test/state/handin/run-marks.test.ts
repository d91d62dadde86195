import { describe, expect, test } from "vitest";
import { classReport } from "../../../src/state/handin/class-report.ts";
import { unreadKnown, readKnown } from "../../../src/state/handin/known.ts";
import { learnerNames } from "../../../src/state/handin/learner.ts";
import { axesOf, runMarks, textsOf } from "../../../src/state/handin/run-marks.ts";
import { SHIPPED_LESSONS } from "../../../src/state/lessons/shipped.ts";
import { classCsv, runsCsv } from "../../../src/ui/handin/class-csv.ts";
import { madeHandIn, ownRun, recordingOf } from "./class.ts";

const strength = SHIPPED_LESSONS.slice(1, 2);
const runs = [await ownRun("strength", "lesson-strength.json")];
const handIns = await Promise.all(
  [1, 2, 3].map((n) => madeHandIn({ n, lessons: strength, runs: n === 3 ? [] : runs })),
);
const handed = handIns.map((handIn, i) => ({ key: `h${i}`, handIn }));
const known = await readKnown(SHIPPED_LESSONS, new Set(["strength"]), recordingOf);
const [report] = classReport(handed, known);
const dots = report?.runs[0]?.dots ?? [];

describe("marks of runs", () => {
  test("stand together where their numbers are the same, beside the recording", () => {
    const { keys, y } = axesOf(dots);
    expect(y).toBe("reward:adventure");
    expect(keys).toContain("kl");
    const marks = runMarks(dots, known.figures("lesson-strength.json"), "kl", y);
    expect(marks.own.map(({ lane, dots: own }) => [lane, own.length])).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
      [3, 2],
    ]);
    expect(marks.recorded.map(({ x }) => x)).toEqual([0, 0.635, 2.658, 23.416]);
    expect(marks.own.map(({ x }) => x)).toEqual(marks.recorded.map(({ x }) => x));
    expect(marks.unfit).toBe(0);
    const text = textsOf(marks.own[0]?.dots ?? [], (key) => key);
    expect(text).toHaveLength(1);
    expect(text[0]?.names).toEqual(["h0", "h1"]);
    expect(text[0]?.text).toMatch(/^"In my gloom/);
  });

  test("are left out where a number is not defined", () => {
    expect(runMarks(dots, [], "kl", "source:s1")).toEqual({ own: [], recorded: [], unfit: 8 });
  });
});

test("what the page records stands beside the class, and nothing before it is read", () => {
  const [double, strange] = report?.questions ?? [];
  expect(double?.recorded).toEqual({ type: "scale", value: 2.658 });
  expect(strange?.recorded).toMatchObject({ type: "lane", lanes: [3] });
  expect(unreadKnown(SHIPPED_LESSONS).figures("lesson-strength.json")).toEqual([]);
});

test("two learners of one name are told apart, and one without a name has a word", () => {
  const named = ["Anna", "", "Anna", "\u202EAnna"].map((name) => ({
    ...handIns[0]!,
    learner: { id: "0".repeat(32), name },
  }));
  expect(learnerNames(named, "No name")).toEqual(["Anna", "No name", "Anna (2)", "Anna (3)"]);
});

test("tables have a row for everything that was asked and for every lane of a run", () => {
  const names = (key: string): string => `=${key}`;
  const rows = classCsv(handed, names).trimEnd().split("\r\n");
  expect(rows).toHaveLength(1 + 3 * 3);
  // A spreadsheet must not take a name for a formula.
  expect(rows[1]).toMatch(/^'=h0,2026-/);
  expect(rows[1]).toContain("3.5 nats");
  const lanes = runsCsv(handed, names).trimEnd().split("\r\n");
  expect(lanes).toHaveLength(1 + 2 * 4);
  expect(lanes[3]).toContain(",Strength 2,");
  expect(lanes[3]).toContain("2.658");
});
