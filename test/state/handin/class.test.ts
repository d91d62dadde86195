import { zipSync, strToU8 } from "fflate";
import { describe, expect, test } from "vitest";
import { askedIn } from "../../../src/state/handin/asked.ts";
import { ClassDesk } from "../../../src/state/handin/class-desk.svelte.ts";
import { classReport, type Handed, type Known } from "../../../src/state/handin/class-report.ts";
import type { GivenFile } from "../../../src/state/handin/given-files.ts";
import type { HandIn } from "../../../src/state/handin/hand-in.ts";
import { median } from "../../../src/state/handin/median.ts";
import { SHIPPED_LESSONS } from "../../../src/state/lessons/shipped.ts";
import { fc } from "../../properties.ts";
import { madeFile, madeHandIn, ownRun } from "./class.ts";

const known: Known = { lessons: SHIPPED_LESSONS.map(askedIn), recorded: () => null };
const strength = SHIPPED_LESSONS.slice(1, 2);
const handed = (all: readonly HandIn[]): Handed[] => all.map((handIn, i) => ({ key: `h${i}`, handIn }));

function file(name: string, content: string | Uint8Array<ArrayBuffer>): GivenFile {
  const blob = new Blob([content]);
  return { name, size: blob.size, arrayBuffer: () => blob.arrayBuffer() };
}
const rest = (): Promise<void> => Promise.resolve();

async function deskWith(...files: readonly GivenFile[]): Promise<ClassDesk> {
  const desk = new ClassDesk(rest);
  await desk.add(files);
  return desk;
}

const older = await madeFile({ n: 1, name: "Anna", savedAt: 1, lessons: strength });
const newer = await madeFile({ n: 1, name: "anna ", savedAt: 2, answer: "later", lessons: strength });

describe("median", () => {
  test.each([
    [[], null],
    [[3], 3],
    [[5, 1], 3],
    [[9, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
  ] as const)("of %j is %j", (values, middle) => expect(median(values)).toBe(middle));

  test("has as many numbers above as below", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 }), (values) => {
        const middle = median(values)!;
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});

describe("what a class predicted", () => {
  test("is counted: of 4 learners, by hand", async () => {
    // n = 1: 3.5 nats and lane 1; 2: 7 and lane 2; 3: 0 (21 of 20 steps) and lane 0; 5 is at step 5: 7 and no second one.
    const class4 = await Promise.all([1, 2, 3, 5].map((n) => madeHandIn({ n, lessons: strength })));
    const [report] = classReport(handed(class4), known);
    expect(report).toMatchObject({ origin: "same", handed: 4, done: 3 });
    const [double, strange] = report!.questions;
    expect(double?.dots.map(({ value }) => value)).toEqual([0, 3.5, 7, 7]);
    expect(double?.median).toBe(5.25);
    // The recording says 2.7; 0.25 is right, and 1 is close.
    expect(double?.verdicts).toEqual({ right: 0, close: 1, other: 3, unjudged: 0 });
    expect(strange).toMatchObject({ predicted: 3, missing: 1 });
    expect(strange?.bars.map(({ count, isRecorded }) => [count, isRecorded])).toEqual([
      [1, false],
      [1, false],
      [1, false],
      [0, true],
    ]);
    expect(report?.asks[0]?.answers.map(({ key }) => key)).toEqual(["h0", "h1", "h2"]);
    expect(report?.asks[0]?.missing).toBe(1);
  });

  test("of a word has a bar for every position that was chosen, and for the recording's", async () => {
    const class3 = await Promise.all([1, 1, 2].map((n) => madeHandIn({ n, lessons: SHIPPED_LESSONS.slice(0, 1) })));
    const [question] = classReport(handed(class3), known)[0]!.questions;
    expect(question?.bars.map(({ option, count }) => [option, count])).toEqual([
      [{ type: "word", position: 5 }, 2],
      [{ type: "word", position: 7 }, 0],
      [{ type: "word", position: 10 }, 1],
    ]);
    expect(question?.bars[1]).toMatchObject({ word: "in", isRecorded: true });
  });

  test("keeps two versions of a lesson apart, and reads one that the page does not have", async () => {
    const own = await madeHandIn({ n: 1, lessons: strength });
    const [mine] = own.lessons;
    const other = { ...own, lessons: [{ ...mine!, lesson: { ...mine!.lesson, mark: "00000000" } }] };
    const foreign = { ...own, lessons: [{ ...mine!, lesson: { ...mine!.lesson, id: "foreign" } }] };
    const reports = classReport(handed([foreign, other, own, own]), known);
    expect(reports.map(({ lesson, origin, handed: count }) => [lesson.id, origin, count])).toEqual([
      ["strength", "same", 2],
      ["strength", "other", 1],
      ["foreign", "unknown", 1],
    ]);
  });

  test("has a dot for every lane of every run", async () => {
    const runs = [await ownRun("strength", "lesson-strength.json")];
    const all = await Promise.all([1, 2].map((n) => madeHandIn({ n, lessons: strength, runs })));
    const [report] = classReport(handed(all), known)[0]!.runs;
    expect(report).toMatchObject({
      recording: "lesson-strength.json",
      lanes: ["Plain", "Strength 1", "Strength 2", "Strength 6"].map((name, i) => ({
        name,
        strategy: i === 0 ? "base" : "genarm",
      })),
    });
    expect(report?.dots.map(({ key, lane }) => `${key}/${lane}`)).toEqual(
      ["h0", "h1"].flatMap((key) => [0, 1, 2, 3].map((lane) => `${key}/${lane}`)),
    );
  });
});

describe("a desk", () => {
  test("keeps the newest of two hand-ins of one learner, whichever comes first, and says so", async () => {
    for (const files of [
      [file("a.json", older), file("b.json", newer)],
      [file("b.json", newer), file("a.json", older)],
    ]) {
      const desk = await deskWith(...files);
      expect(desk.handIns.map((each) => [each.file, each.handIn.savedAt])).toEqual([["b.json", 2]]);
      expect(desk.twice).toEqual([{ file: "a.json", kept: "b.json", isSame: false }]);
    }
    const same = await deskWith(file("a.json", older), file("copy.json", older));
    expect(same.twice).toEqual([{ file: "copy.json", kept: "a.json", isSame: true }]);
  });

  test("takes one learner who gave a name the second time, and two learners of one laptop", async () => {
    const nameless = await madeFile({ n: 1, name: "", savedAt: 3, lessons: strength });
    const ben = await madeFile({ n: 1, name: "Ben", lessons: strength });
    expect((await deskWith(file("a.json", older), file("b.json", nameless))).handIns).toHaveLength(1);
    expect((await deskWith(file("a.json", older), file("b.json", ben))).handIns).toHaveLength(2);
    const otherAnna = await madeFile({ n: 2, name: "Anna", lessons: strength });
    expect((await deskWith(file("a.json", older), file("b.json", otherAnna))).handIns).toHaveLength(2);
  });

  test("reads a zip, passes over what is no hand-in there, and names what it refuses", async () => {
    const zip = zipSync({
      "class/anna.json": strToU8(older),
      "class/notes.txt": strToU8("hello"),
      "__MACOSX/class/._anna.json": strToU8("shadow"),
      "class/broken.json": strToU8(older.slice(0, 100)),
      "class/huge.json": new Uint8Array(5_000_000),
    });
    const desk = await deskWith(file("class.zip", zip), file("no.zip", strToU8("no zip")));
    expect(desk.handIns.map((each) => each.file)).toEqual(["class.zip/class/anna.json"]);
    expect(desk.refused.map((each) => [each.file, each.why.type])).toEqual([
      ["class.zip/class/broken.json", "not-json"],
      ["class.zip/class/huge.json", "too-large"],
      ["no.zip", "bad-zip"],
    ]);
  });

  test("reads on after a file that cannot be read", async () => {
    const gone = { name: "gone.json", size: 10, arrayBuffer: () => Promise.reject(new Error("moved away")) };
    const desk = await deskWith(gone, file("a.json", older));
    expect(desk.refused).toEqual([{ file: "gone.json", why: { type: "unreadable", detail: "moved away" } }]);
    expect(desk.handIns).toHaveLength(1);
    expect(desk.reading).toBeNull();
  });

  test("refuses a class that is too large", async () => {
    const files = await Promise.all(
      Array.from({ length: 302 }, async (_, n) => file(`${n}.json`, await madeFile({ n, lessons: [] }))),
    );
    const desk = await deskWith(...files);
    expect(desk.handIns).toHaveLength(300);
    expect(desk.refused.map(({ why }) => why.type)).toEqual(["too-many", "too-many"]);
  });
});
