import { readFileSync } from "node:fs";
import { fc } from "../../properties.ts";
import { describe, expect, test } from "vitest";
import type { Trace } from "../../../src/core/types.ts";
import { defaultSettings } from "../../../src/state/settings/settings-data.ts";
import { toRequest } from "../../../src/state/settings/to-request.ts";
import { readTrace, writeTrace } from "../../../src/state/keep/trace-file.ts";
import { fakeTrace } from "../fake-api.ts";

type Loose = Record<string, unknown>;

const trace = await fakeTrace(toRequest({ ...defaultSettings(), maxTokens: 8, n: 3 }));
const json = writeTrace(trace);

/** The trace as JSON with one place set to something else. */
function changed(path: readonly (string | number)[], value: unknown): string {
  const copy = JSON.parse(json) as Loose;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Loose;
  at[path.at(-1) ?? ""] = value;
  return JSON.stringify(copy);
}

function why(text: string): string {
  const reading = readTrace(text);
  return reading.type === "broken" ? reading.why : "";
}

describe("a trace", () => {
  test("survives the way to a file and back", () => {
    expect(readTrace(json)).toEqual({ type: "trace", trace });
  });

  test("of an older page gets the cost of steering where the file can tell it, and null where it cannot", () => {
    const older = (temperature: number): string => {
      const copy = JSON.parse(json) as Loose;
      const strip = (value: unknown): unknown => {
        if (Array.isArray(value)) return value.map(strip);
        if (typeof value !== "object" || value === null) return value;
        return Object.fromEntries(
          Object.entries(value).flatMap(([key, own]) => {
            if (key === "klSteer" || key === "plausible") return [];
            return [[key, key === "temperature" ? temperature : strip(own)]];
          }),
        );
      };
      return JSON.stringify(strip(copy));
    };
    for (const [temperature, isKnown] of [
      [1, true],
      [0.7, false],
    ] as const) {
      const reading = readTrace(older(temperature));
      if (reading.type !== "trace") throw new Error(reading.why);
      expect(reading.trace.request.lanes.map(({ sampling }) => sampling.plausible)).toEqual([0, 0, 0, 0]);
      const steps = reading.trace.events.flatMap((event) => (event.type === "step" ? event.rows : []));
      for (const step of steps) {
        const isSteered = step.lane === 1 || step.lane === 2;
        expect(step.klSteer).toBe(isSteered ? (isKnown ? step.kl : null) : 0);
      }
      const last = reading.trace.events.at(-1);
      if (last?.type !== "finished") throw new Error("the fake run has an end");
      expect(last.lanes[0]?.klSteer).toEqual({ type: "exact", sum: 0 });
      for (const lane of [1, 2, 3]) expect(last.lanes[lane]?.klSteer).toEqual(isKnown ? last.lanes[lane]?.kl : null);
    }
  });

  test("keeps infinities and NaN, which JSON has not", () => {
    const [started, step, ...rest] = trace.events;
    if (started?.type !== "started" || step?.type !== "step") throw new Error("the fake run starts with a step");
    const lanes = trace.request.lanes.map((lane) =>
      lane.strategy.id === "genarm" ? { ...lane, strategy: { ...lane.strategy, beta: Infinity } } : lane,
    );
    const request = { ...trace.request, lanes };
    const rows = step.rows.map((row) => ({ ...row, logZ: -Infinity, kl: NaN }));
    const odd: Trace = { ...trace, request, events: [{ ...started, request }, { ...step, rows }, ...rest] };
    expect(readTrace(writeTrace(odd))).toEqual({ type: "trace", trace: odd });
  });

  test("keeps how logits came from a graphics card", () => {
    const last = trace.events.at(-1);
    if (last?.type !== "finished") throw new Error("the fake run has an end");
    const reads = { cut: 40, whole: { "many-plausible": 2, odd: 1 } };
    const told: Trace = { ...trace, events: [...trace.events.slice(0, -1), { ...last, reads }] };
    expect(readTrace(writeTrace(told))).toEqual({ type: "trace", trace: told });
    const strange = { ...last, reads: { cut: 40, whole: { luck: 2 } } };
    expect(why(JSON.stringify({ ...told, events: [...trace.events.slice(0, -1), strange] }))).toContain("luck");
  });

  test("keeps the costs of a model whose folder is called prototype", () => {
    const last = trace.events.at(-1);
    const step = trace.events[1];
    if (last?.type !== "finished" || step?.type !== "step") throw new Error("the fake run has a step and an end");
    const named: Record<string, number> = { prototype: 4, "my-model": 5 };
    const lanes = last.lanes.map((lane) => ({ ...lane, forwards: named }));
    const ms = { ...step.ms, models: named };
    const events = trace.events.map((event) =>
      event === last ? { ...last, lanes } : event === step ? { ...step, ms } : event,
    );
    const odd: Trace = { ...trace, events };
    expect(readTrace(writeTrace(odd))).toEqual({ type: "trace", trace: odd });
    const wrong = {
      ...odd,
      events: [...trace.events.slice(0, -1), { ...last, lanes: [{ ...lanes[0], forwards: [3] }] }],
    };
    expect(why(JSON.stringify(wrong))).toContain("forwards");
  });

  const recordings = JSON.parse(readFileSync("public/examples/index.json", "utf8")) as readonly { file: string }[];
  test.each(recordings.map(({ file }) => file))("the bundled recording %s is one", (file) => {
    const text = readFileSync(`public/examples/${file}`, "utf8");
    expect(why(text)).toBe("");
  });
});

describe("a file that is no trace", () => {
  test.each([
    ["no JSON", "{", "not JSON"],
    ["a list", "[]", "instead of a run"],
    ["another version", changed(["version"], 2), "version"],
    ["an unknown key", changed(["script"], "alert(1)"), "script"],
    ["text for a number", changed(["events", 1, "rows", 0, "kl"], "much"), "events.1.rows.0.kl"],
    ["lists of unequal length", changed(["events", 1, "rows", 0, "top", "base"], [0]), "differ in length"],
    ["a lane that is not there", changed(["events", 1, "rows", 0, "lane"], 9), "lane 9 of 4"],
    ["a sample that is not there", changed(["events", 1, "rows", 0, "sample"], 3), "sample 3 of 1"],
    ["a gap in a text", changed(["events", 2, "rows", 0, "position"], 5), "position 5 instead of 1"],
    ["two runs", changed(["events", 3, "runId"], "other"), "another run"],
    ["a second start", changed(["events", 3], trace.events[0]), "out of order"],
    ["no events", changed(["events"], []), "empty"],
    ["a negative beta", changed(["request", "lanes", 1, "strategy", "beta"], -1), "beta"],
    ["a prompt that is no text", changed(["request", "prompt"], { text: "x" }), "prompt"],
    ["another request inside", changed(["events", 0, "request", "seed"], 99), "events.0.request differs"],
    ["a hash that is none", changed(["models", 0, "sha256"], "<b>"), "models.0.sha256"],
  ])("%s is refused with its place", (_, text, place) => {
    expect(why(text)).toContain(place);
  });

  test("any JSON is refused without an exception", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(readTrace(text).type).toBe("broken");
      }),
    );
  });

  test("any one value changed to any other is read or refused, never thrown", () => {
    const paths = [...leaves(JSON.parse(json) as Loose)].filter((_, i) => i % 97 === 0);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        expect(["trace", "broken"]).toContain(readTrace(changed(path, value)).type);
      }),
      { numRuns: 200 },
    );
  });
});

function* leaves(value: unknown, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  if (typeof value !== "object" || value === null) yield path;
  else for (const [key, own] of Object.entries(value)) yield* leaves(own, [...path, key]);
}
