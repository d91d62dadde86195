/** Hand-ins of a made-up class: everyone answers otherwise, and some have runs of their own. */
import { readFile } from "node:fs/promises";
import { gatherHandIn } from "../../../src/state/handin/gather.ts";
import type { HandIn } from "../../../src/state/handin/hand-in.ts";
import type { KeptRun } from "../../../src/state/handin/own-runs.ts";
import { slimTrace } from "../../../src/state/handin/slim-trace.ts";
import { writeHandIn } from "../../../src/state/handin/write-file.ts";
import { traceIn } from "../../../src/state/keep/trace-file.ts";
import type { Prediction } from "../../../src/state/lessons/figures.ts";
import { WAYS } from "../../../src/state/lessons/figures.ts";
import type { Lesson, Question } from "../../../src/state/lessons/lesson-file.ts";
import type { Progress } from "../../../src/state/lessons/progress.ts";
import { SHIPPED_LESSONS } from "../../../src/state/lessons/shipped.ts";
import type { Trace } from "../../../src/core/types.ts";

const read = new Map<string, Promise<Trace | null>>();

export function recordingOf(file: string): Promise<Trace | null> {
  const known = read.get(file) ?? readFile(`public/examples/${file}`, "utf8").then((text) => traceIn(JSON.parse(text)));
  read.set(file, known);
  return known;
}

/** The recording as if a learner had run it. */
export async function ownRun(lesson: string, recording: string, finishedAt = 1): Promise<KeptRun> {
  const trace = await recordingOf(recording);
  if (trace === null) throw new Error(`no recording ${recording}`);
  return { lesson, recording, finishedAt, trace: slimTrace(trace) };
}

/** The same answer for the same number. */
function guess(question: Question, n: number): Prediction {
  switch (question.type) {
    case "which-lane":
      return { type: "lane", lane: n % 3 };
    case "compare":
      return { type: "compare", way: WAYS[n % 3]! };
    case "scale": {
      const steps = Math.floor((question.max - question.min) / question.step);
      return { type: "scale", value: question.min + ((n * 7) % (steps + 1)) * question.step };
    }
    case "word":
      return { type: "word", position: (n * 5) % 40 };
    default:
      return question satisfies never;
  }
}

export function progressOf(lesson: Lesson, n: number, answer = "because"): Progress {
  const isDone = n % 5 !== 0;
  const predictions = lesson.steps.flatMap((step) =>
    step.type === "predict"
      ? [[step.id, { prediction: guess(step.question, n), own: null, ownSeed: null }] as const]
      : [],
  );
  const answers = lesson.steps.flatMap((step) => (step.type === "ask" && isDone ? [[step.id, answer] as const] : []));
  return {
    step: isDone ? lesson.steps.length - 1 : 4,
    predictions: Object.fromEntries(isDone ? predictions : predictions.slice(0, 1)),
    answers: Object.fromEntries(answers),
    isDone,
  };
}

export interface Made {
  readonly n: number;
  readonly name?: string;
  readonly answer?: string;
  readonly savedAt?: number;
  readonly lessons?: readonly Lesson[];
  readonly runs?: readonly KeptRun[];
}

export function madeHandIn({ n, name = `Learner ${n}`, answer, savedAt, lessons, runs = [] }: Made): Promise<HandIn> {
  const own = lessons ?? SHIPPED_LESSONS.slice(0, 3);
  return gatherHandIn({
    learner: { id: n.toString(16).padStart(32, "0"), name },
    savedAt: savedAt ?? 1_790_000_000_000 + n,
    lessons: SHIPPED_LESSONS,
    progress: {
      lessons: Object.fromEntries(own.map((lesson) => [lesson.id, progressOf(lesson, n, answer)])),
      damaged: [],
    },
    own: { runs, damaged: [] },
    readRecording: recordingOf,
  });
}

export async function madeFile(made: Made): Promise<string> {
  return writeHandIn(await madeHandIn(made));
}
