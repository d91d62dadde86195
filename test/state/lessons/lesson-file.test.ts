import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readLesson } from "../../../src/state/lessons/lesson-file.ts";
import { hiddenParts, KEPT_PARTS, PARTS } from "../../../src/state/lessons/parts.ts";
import { SHIPPED_LESSONS } from "../../../src/state/lessons/shipped.ts";

const [first] = readdirSync("src/lessons");
const whole = (): Record<string, unknown> =>
  JSON.parse(readFileSync(`src/lessons/${first}`, "utf8")) as Record<string, unknown>;

function whyBroken(raw: unknown): string {
  const reading = readLesson(raw);
  return reading.type === "broken" ? reading.why : "";
}

describe("a lesson that comes along", () => {
  test("is one of six, in a file of its own name", () => {
    const files = readdirSync("src/lessons").toSorted();
    expect(SHIPPED_LESSONS.map(({ id }) => `${id}.json`).toSorted()).toEqual(files);
    expect(files).toHaveLength(6);
  });

  test.each(SHIPPED_LESSONS.map((lesson) => [lesson.id, lesson] as const))(
    "%s has what a lesson needs",
    (_, lesson) => {
      const types = lesson.steps.map(({ type }) => type);
      expect(types.filter((type) => type === "look" || type === "answer").length).toBeGreaterThanOrEqual(2);
      expect(types.filter((type) => type === "predict").length).toBe(types.filter((type) => type === "answer").length);
      expect(types.indexOf("predict")).toBeGreaterThan(-1);
      expect(types.at(-1)).toBe("ask");
      expect(lesson.minutes).toBeGreaterThanOrEqual(5);
      expect(lesson.minutes).toBeLessThanOrEqual(10);
      for (const step of lesson.steps) {
        if ("part" in step && step.part !== null) expect(lesson.parts).toContain(step.part);
      }
    },
  );
});

describe("a lesson from outside", () => {
  test.each([
    ["no object", null, ""],
    ["another version", { ...whole(), version: 2 }, "version"],
    ["an unknown key", { ...whole(), script: "alert(1)" }, "script"],
    ["an unknown part", { ...whole(), parts: ["prompt", "errors"] }, "parts.1"],
    ["a setting out of bounds", { ...whole(), settings: { strength: 99 } }, "settings"],
    ["an unknown setting", { ...whole(), settings: { colour: 1 } }, "settings"],
    ["no steps", { ...whole(), steps: [] }, "steps"],
    ["a recording from elsewhere", withStep({ type: "run", text: { en: "x" }, recording: "../x.json" }), "recording"],
    [
      "an answer without its prediction",
      withStep({ type: "answer", of: "x", text: { en: "x" }, part: null }),
      "no prediction x",
    ],
    [
      "an answer without a run",
      withSteps([
        { type: "predict", id: "x", text: { en: "x" }, question: { type: "word", lane: 1, than: 0 } },
        { type: "answer", of: "x", text: { en: "x" }, part: null },
      ]),
      "no run",
    ],
    [
      "an id twice",
      withSteps([
        { type: "ask", id: "x", text: { en: "x" } },
        { type: "ask", id: "x", text: { en: "y" } },
      ]),
      "the id x",
    ],
    [
      "a scale without a step",
      withStep({
        type: "predict",
        id: "x",
        text: { en: "x" },
        question: { type: "scale", lane: 0, measure: { of: "kl" }, min: 3, max: 3, step: 1, near: 1 },
      }),
      "max must be",
    ],
  ])("with %s is refused, and the place is named", (_, raw, place) => {
    expect(readLesson(raw).type).toBe("broken");
    expect(whyBroken(raw)).toContain(place);
  });

  test("is refused in words or read whole, whatever is in it", () => {
    const lesson = whole();
    const any = fc.jsonValue();
    const damaged = fc.oneof(
      any,
      fc.tuple(fc.constantFrom(...Object.keys(lesson)), any).map(([key, value]) => ({ ...lesson, [key]: value })),
      fc.tuple(fc.nat(7), any).map(([i, step]) => ({ ...lesson, steps: (lesson["steps"] as unknown[]).with(i, step) })),
      fc
        .tuple(fc.nat(7), fc.constantFrom("type", "text", "id", "question", "part", "settings", "recording", "of"), any)
        .map(([i, key, value]) => {
          const steps = lesson["steps"] as Record<string, unknown>[];
          return { ...lesson, steps: steps.with(i, { ...steps[i], [key]: value }) };
        }),
    );
    fc.assert(
      fc.property(damaged, (raw) => {
        const reading = readLesson(raw);
        if (reading.type === "broken") expect(reading.why.length).toBeGreaterThan(3);
        else expect(readLesson(structuredClone(reading.lesson))).toEqual(reading);
      }),
      { numRuns: 10_000, seed: 21 },
    );
  });
});

describe("parts", () => {
  test("are left out by what a lesson does not name, but never the text or the way to run", () => {
    expect(hiddenParts([])).toEqual(PARTS.filter((part) => !KEPT_PARTS.includes(part)));
    expect(hiddenParts(PARTS)).toEqual([]);
  });

  test("each stands on the page and in the style sheet", () => {
    const page = readdirSync("src/ui", { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".svelte"))
      .map((file) => readFileSync(`src/ui/${file}`, "utf8"))
      .join("\n");
    const marks = new Set(Array.from(page.matchAll(/data-part=(?:\{[^}]*)?"([a-z-]+)"/g), ([, part]) => part));
    expect(marks).toEqual(new Set(PARTS));
    const css = readFileSync("src/ui/lessons/parts.css", "utf8");
    for (const part of PARTS) {
      expect(css).toContain(`[data-lit="${part}"] [data-part="${part}"]`);
      expect(css.includes(`[data-hide~="${part}"] [data-part="${part}"]`)).toBe(!KEPT_PARTS.includes(part));
    }
  });
});

function withStep(step: unknown): unknown {
  return withSteps([step]);
}

function withSteps(steps: readonly unknown[]): unknown {
  return { ...whole(), steps };
}
