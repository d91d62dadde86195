/** The learner's own runs of lessons, kept on the device until they are handed in: the newest few of each run step. */
import * as v from "valibot";
import type { Trace } from "../../core/types.ts";
import { traceIn, writeTrace } from "../keep/trace-file.ts";
import { readJson } from "../settings/untrusted.ts";
import type { OwnRun } from "../lessons/desk.svelte.ts";
import { lessonIdSchema, recordingSchema } from "../lessons/lesson-file.ts";
import type { LessonRunStore } from "./lesson-run-store.ts";
import { slimTrace } from "./slim-trace.ts";

/** Of one run step. */
export const MOST_RUNS = 3;

/** `trace` is the text of a slim trace: a database keeps a text faster than its thousands of objects. */
const kept = v.strictObject({
  /** Milliseconds since 1970. */
  finishedAt: v.pipe(v.number(), v.finite()),
  trace: v.string(),
});
const keptList = v.array(kept);
const keySchema = v.strictTuple([lessonIdSchema, recordingSchema]);

export interface KeptRun {
  readonly lesson: string;
  readonly recording: string;
  readonly finishedAt: number;
  readonly trace: Trace;
}

/** The same run made again takes the place of the older one. */
export async function keepOwnRun(store: LessonRunStore, own: OwnRun, finishedAt: number): Promise<void> {
  const trace = slimTrace(own.trace);
  const asked = JSON.stringify(trace.request);
  const text = writeTrace(trace);
  await store.change(`${own.lesson}/${own.recording}`, (before) => {
    const others = listOf(before).filter((run) => JSON.stringify(traceOf(run.trace)?.request) !== asked);
    return [...others, { finishedAt, trace: text }].slice(-MOST_RUNS);
  });
}

export interface OwnRuns {
  /** Newest first. */
  readonly runs: readonly KeptRun[];
  /** Lessons with a kept run that cannot be read. */
  readonly damaged: readonly string[];
}

export async function ownRuns(store: LessonRunStore): Promise<OwnRuns> {
  const runs: KeptRun[] = [];
  const damaged = new Set<string>();
  for (const [key, raw] of await store.list()) {
    const place = v.safeParse(keySchema, key.split("/"));
    if (!place.success) continue;
    const [lesson, recording] = place.output;
    const list = v.safeParse(keptList, raw);
    if (!list.success) damaged.add(lesson);
    for (const { finishedAt, trace: text } of list.success ? list.output : []) {
      const trace = traceOf(text);
      if (trace === null) damaged.add(lesson);
      else runs.push({ lesson, recording, finishedAt, trace });
    }
  }
  return { runs: runs.toSorted((a, b) => b.finishedAt - a.finishedAt), damaged: [...damaged] };
}

function listOf(raw: unknown): v.InferOutput<typeof keptList> {
  const list = v.safeParse(keptList, raw);
  return list.success ? list.output : [];
}

function traceOf(text: string): Trace | null {
  const reading = readJson(text);
  return reading.type === "json" ? traceIn(reading.value) : null;
}
