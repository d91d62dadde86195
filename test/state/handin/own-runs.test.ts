import { describe, expect, test } from "vitest";
import { keepOwnRun, MOST_RUNS, ownRuns } from "../../../src/state/handin/own-runs.ts";
import { keepLearner, keptLearner, plainName } from "../../../src/state/handin/learner.ts";
import { keepProgress, readProgress } from "../../../src/state/lessons/progress.ts";
import { SHIPPED_LESSONS } from "../../../src/state/lessons/shipped.ts";
import { MemoryStorage } from "../settings/memory-storage.ts";
import { progressOf, recordingOf } from "./class.ts";
import { memoryLessonRunStore } from "./memory-lesson-run-store.ts";

const recording = "lesson-strength.json";
const trace = await recordingOf(recording);
if (trace === null) throw new Error("no recording");
const withSeed = (seed: number) => {
  const request = { ...trace.request, seed };
  const [first, ...rest] = trace.events;
  if (first?.type !== "started") throw new Error("no start");
  return { ...trace, request, events: [{ ...first, request }, ...rest] };
};

describe("own runs", () => {
  test("are kept slim, the newest few of a run step, and the same run once", async () => {
    const kept = new Map<string, unknown>();
    const store = memoryLessonRunStore(kept);
    for (const [time, seed] of [94, 1, 2, 94, 3].entries()) {
      await keepOwnRun(store, { lesson: "strength", recording, trace: withSeed(seed) }, time);
    }
    const { runs, damaged } = await ownRuns(store);
    expect(runs.map(({ finishedAt, trace: own }) => [finishedAt, own.request.seed])).toEqual([
      [4, 3],
      [3, 94],
      [2, 2],
    ]);
    expect(runs).toHaveLength(MOST_RUNS);
    expect(damaged).toEqual([]);
    expect(JSON.stringify(runs[0]!.trace)).not.toContain('"top"');
    expect(JSON.stringify(runs[0]!.trace).length).toBeLessThan(JSON.stringify(trace).length * 0.65);
    expect(runs[0]!.trace.device.adapter).toBe("");
  });

  test("that are damaged are named, and the others are read", async () => {
    const kept = new Map<string, unknown>();
    const store = memoryLessonRunStore(kept);
    await keepOwnRun(store, { lesson: "strength", recording, trace }, 1);
    kept.set("two-wishes/lesson-two-wishes.json", [{ finishedAt: 1, trace: "{" }]);
    kept.set("best-of-n/lesson-best-of-n.json", "nonsense");
    kept.set("<b>/x.json", []);
    const { runs, damaged } = await ownRuns(store);
    expect(runs).toHaveLength(1);
    expect(damaged).toEqual(["two-wishes", "best-of-n"]);
  });
});

test("notes of one lesson that are damaged do not take the others with them", () => {
  const storage = new MemoryStorage();
  const [first, second] = SHIPPED_LESSONS;
  storage.setItem(
    "tiller.lessons",
    JSON.stringify({ [first!.id]: { step: "x" }, [second!.id]: progressOf(second!, 1) }),
  );
  expect(readProgress(storage)).toEqual({ lessons: { [second!.id]: progressOf(second!, 1) }, damaged: [first!.id] });
  keepProgress(storage, "other", progressOf(second!, 2));
  expect(readProgress(storage).damaged).toEqual([first!.id]);
});

test("a learner keeps a number, and a name without line ends and marks of direction", () => {
  const storage = new MemoryStorage();
  const learner = keptLearner(storage, () => "0123456789abcdef".repeat(2));
  expect(learner).toEqual({ id: "0123456789abcdef".repeat(2), name: "" });
  keepLearner(storage, { ...learner, name: " Anna\n\u202EB " });
  expect(keptLearner(storage, () => "")).toEqual({ ...learner, name: "Anna  B" });
  expect(plainName("x".repeat(100))).toHaveLength(80);
  storage.setItem("tiller.learner", "{");
  expect(keptLearner(storage, () => "f".repeat(32)).name).toBe("");
});
