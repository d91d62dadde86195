import { describe, expect, test } from "vitest";
import { checkText } from "../../../src/state/handin/asked.ts";
import { MAX_HAND_IN, type HandIn } from "../../../src/state/handin/hand-in.ts";
import { missingIn } from "../../../src/state/handin/missing.ts";
import { readHandIn, type HandInReading } from "../../../src/state/handin/read-file.ts";
import { fitting, writeHandIn } from "../../../src/state/handin/write-file.ts";
import { SHIPPED_LESSONS } from "../../../src/state/lessons/shipped.ts";
import { fc } from "../../properties.ts";
import { at, hostile, isUnpolluted, places, replaced, SCRIPTS, type Path } from "../keep/hostile.ts";
import { madeFile, madeHandIn, ownRun, recordingOf } from "./class.ts";

const strengthRuns = [
  await ownRun("strength", "lesson-strength.json", 20),
  await ownRun("strength", "lesson-strength-one.json", 10),
];
const whole = await madeHandIn({ n: 1, runs: strengthRuns });
const small = await madeFile({ n: 2, lessons: SHIPPED_LESSONS.slice(1, 2) });

/** The file with a checksum that fits, whatever is in it. */
function signed(body: unknown, more: object = {}): string {
  const text = JSON.stringify(body) ?? "null";
  return JSON.stringify({ format: "tiller-hand-in", version: 1, check: checkText(text), body, ...more });
}
const bodyOf = (text: string): unknown => (JSON.parse(text) as { body: unknown }).body;
const whyOf = (reading: HandInReading): string =>
  reading.type === "refused" ? `${reading.why.type} ${reading.why.detail}`.trim() : "read";

describe("a hand-in", () => {
  test("is read back as it was written, with its runs", () => {
    const reading = readHandIn(writeHandIn(whole));
    expect(reading.type === "hand-in" && reading.handIn).toEqual(whole);
  });

  test("has the verdict by the own run where there is one, and by the recording elsewhere", async () => {
    const [lesson] = whole.lessons;
    const [first] = lesson!.predictions;
    expect(first).toMatchObject({ id: "first", prediction: { position: 5 }, verdict: "close" });
    const lane = (await recordingOf("lesson-one-token.json"))?.events.flatMap((event) =>
      event.type === "step" ? event.rows.filter((row) => row.lane === 0 && row.position === 5) : [],
    );
    expect(first?.word).toBe(lane?.[0]?.text.trim());
    expect(first?.recorded).toEqual({ type: "word", position: 7, before: "in", after: "inside" });
  });

  test("keeps the figures of a run although its steps were made short", async () => {
    const figures = whole.lessons.find(({ lesson }) => lesson.id === "strength")?.runs[0]?.figures;
    const trace = await recordingOf("lesson-strength.json");
    const last = trace?.events.at(-1);
    if (last?.type !== "finished") throw new Error("no end");
    expect(figures?.map(({ kl }) => kl)).toEqual(
      last.lanes.map(({ kl }) => (kl.type === "exact" ? kl.sum : kl.estimator)),
    );
    expect(figures?.map(({ name }) => name)).toEqual(["Plain", "Strength 1", "Strength 2", "Strength 6"]);
  });

  test("says what it lacks", async () => {
    const unfinished = await madeHandIn({ n: 5, lessons: SHIPPED_LESSONS.slice(1, 2) });
    expect(missingIn(unfinished.lessons[0]!)).toEqual([
      { type: "steps", step: 5, of: 9 },
      { type: "predictions", count: 1 },
      { type: "answers", count: 1 },
      { type: "own-run" },
    ]);
    const finished = whole.lessons.find(({ lesson }) => lesson.id === "strength");
    expect(missingIn(finished!)).toEqual([]);
  });

  test("stays below its bound: old runs go, and their figures stay", async () => {
    const runs = await Promise.all(Array.from({ length: 24 }, (_, i) => ownRun("strength", "lesson-strength.json", i)));
    const handIn = await madeHandIn({ n: 1, runs });
    const text = writeHandIn(handIn);
    expect(text.length).toBeLessThanOrEqual(MAX_HAND_IN);
    expect(text.length).toBeGreaterThan(MAX_HAND_IN * 0.9);
    const kept = fitting(handIn).lessons.flatMap((lesson) => lesson.runs);
    expect(kept).toHaveLength(24);
    const bare = kept.filter(({ trace }) => trace === null);
    expect(bare.length).toBeGreaterThan(5);
    expect(Math.max(...bare.map(({ finishedAt }) => finishedAt))).toBe(bare.length - 1);
    expect(bare.every(({ figures }) => figures.length === 4)).toBe(true);
    const reading = readHandIn(text);
    expect(reading.type === "hand-in" && reading.handIn).toEqual(fitting(handIn));
  });
});

describe("a file is refused in words", () => {
  test.each<[string, string, string]>([
    ["no JSON", "not JSON at all", "not-json it is not JSON"],
    ["a list", "[]", "not-a-hand-in"],
    ["a run", JSON.stringify({ version: 1, events: [] }), "a-run"],
    ["another version", signed(bodyOf(small), { version: 2 }), "other-version 2"],
    [
      "a missing checksum",
      JSON.stringify({ format: "tiller-hand-in", version: 1, body: bodyOf(small) }),
      "broken check",
    ],
    ["a changed letter", small.replace("because", "Because"), "changed"],
    ["an unknown key", signed({ ...(bodyOf(small) as object), more: 1 }), "broken more"],
    ["too much", " ".repeat(MAX_HAND_IN + 1), `too-large ${MAX_HAND_IN + 1}`],
    ["half of it", small.slice(0, small.length / 2), "not-json it is not JSON"],
  ])("%s", (_, text, why) => {
    expect(whyOf(readHandIn(text)).startsWith(why), whyOf(readHandIn(text))).toBe(true);
  });

  test.each<[string, Path, unknown, string]>([
    ["a verdict that its numbers do not give", ["lessons", 0, "predictions", 0, "verdict"], "right", "verdict: right"],
    [
      "a lane that is not there",
      ["lessons", 0, "predictions", 1, "prediction"],
      { type: "lane", lane: 9 },
      "9 of 4 lanes",
    ],
    ["a place beyond the scale", ["lessons", 0, "predictions", 0, "prediction", "value"], 99, "not from 0 to 10"],
    ["another question", ["lessons", 0, "lesson", "asked", 0, "question", "max"], 11, "mark"],
    [
      "another kind",
      ["lessons", 0, "predictions", 0, "prediction"],
      { type: "compare", way: "more" },
      "the question is scale",
    ],
    ["an answer to nothing", ["lessons", 0, "answers", 0, "id"], "nothing", "not those that the lesson asks for"],
  ])("%s", (_, path, value, why) => {
    expect(whyOf(readHandIn(signed(replaced(bodyOf(small), path, value))))).toContain(why);
  });

  test("the same lesson twice", () => {
    const body = bodyOf(small) as HandIn;
    expect(whyOf(readHandIn(signed({ ...body, lessons: [...body.lessons, ...body.lessons] })))).toContain(
      "there twice",
    );
  });

  test("a run that does not fit together", () => {
    const body = bodyOf(writeHandIn(whole));
    const broken = replaced(body, ["lessons", 1, "runs", 0, "trace", "events", 3, "step"], "x");
    expect(whyOf(readHandIn(signed(broken)))).toContain("not a run that can be played");
  });
});

test("10,000 damaged, hostile and foreign files are refused in words or read right", () => {
  const body = bodyOf(small);
  const all = [...places(body)];
  let [read, refused] = [0, 0];
  const judge = (text: string, mustBe: "refused" | "any"): void => {
    const reading = readHandIn(text);
    if (reading.type === "refused") {
      refused++;
      expect(reading.why.type).not.toBe("");
      return;
    }
    read++;
    expect(mustBe).toBe("any");
    // What was read is whole: it can be written and read again.
    expect(readHandIn(writeHandIn(reading.handIn))).toMatchObject({ type: "hand-in", handIn: reading.handIn });
  };
  // Damage on the way: the checksum finds it.
  fc.assert(
    fc.property(fc.nat(small.length - 1), fc.constantFrom("", "x", "0", " ", "\u0000", '"', "}"), (place, by) => {
      const text = small.slice(0, place) + by + small.slice(place + 1);
      const isSame = isSameJson(text);
      judge(text, isSame ? "any" : "refused");
    }),
    { numRuns: 4000 },
  );
  // A forger who knows the checksum puts anything anywhere.
  fc.assert(
    fc.property(fc.constantFrom(...all), hostile, (path, value) => {
      judge(signed(replaced(body, path, value)), "any");
    }),
    { numRuns: 4000 },
  );
  fc.assert(
    fc.property(hostile, fc.constantFrom("body", "version", "check", "format", "whole"), (value, place) => {
      const file: unknown = JSON.parse(small);
      const text = place === "whole" ? value : replaced(file, [place], value);
      judge(JSON.stringify(text) ?? "", "refused");
    }),
    { numRuns: 1500 },
  );
  // Markup is a text like any other.
  for (let i = 0; i < 500; i++) {
    const script = SCRIPTS[i % SCRIPTS.length]!;
    const path: Path = i % 2 === 0 ? ["learner", "name"] : ["lessons", 0, "answers", 0, "text"];
    const reading = readHandIn(signed(replaced(body, path, `${script}${i}`)));
    if (reading.type !== "hand-in") throw new Error(whyOf(reading));
    expect(at(reading.handIn, path)).toBe(`${script}${i}`);
    read++;
  }
  expect(read + refused).toBe(10_000);
  expect(refused).toBeGreaterThan(5000);
  expect(isUnpolluted()).toBe(true);
}, 120_000);

function isSameJson(text: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === JSON.stringify(JSON.parse(small));
  } catch {
    return false;
  }
}
