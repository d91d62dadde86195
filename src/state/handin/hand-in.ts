/** A hand-in: what one learner predicted, answered and ran, as the file holds it (docs/lessons.md names its parts). */
import * as v from "valibot";
import type { RunRequest, Trace } from "../../core/types.ts";
import type { Outcome, Prediction } from "../lessons/figures.ts";
import { LESSON_LIMITS, lessonIdSchema, recordingSchema } from "../lessons/lesson-file.ts";
import { ANSWER_CHARACTERS, MOST_LESSONS, outcomeSchema, predictionSchema } from "../lessons/progress.ts";
import { askedLessonSchema } from "./asked.ts";
import { figuresSchema, type LaneFigures } from "./lane-figures.ts";
import { MOST_RUNS } from "./own-runs.ts";

export const MAX_LEARNER_NAME = 80;
/** Of the whole file, in characters. */
export const MAX_HAND_IN = 2_000_000;

const time = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15));
const step = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LESSON_LIMITS.steps));

const handedPrediction = v.strictObject({
  id: lessonIdSchema,
  prediction: v.nullable(predictionSchema),
  /** What stood at the place that a prediction points at; "" for every other kind of question. */
  word: v.pipe(v.string(), v.maxLength(200)),
  /** What the learner's own run said, and what the recording says. */
  own: v.nullable(outcomeSchema),
  recorded: v.nullable(outcomeSchema),
  /** By the own run where there is one, else by the recording. */
  verdict: v.nullable(v.picklist(["right", "close", "other"])),
});

const handedRun = v.strictObject({
  recording: recordingSchema,
  finishedAt: time,
  /** The settings that ran. The core checks them when the file is read. */
  request: v.unknown(),
  figures: figuresSchema,
  /** Null where the file would have become too large. */
  trace: v.unknown(),
});

const handedLesson = v.strictObject({
  lesson: askedLessonSchema,
  /** The place that the learner reached, counted from 0. */
  step,
  steps: step,
  isDone: v.boolean(),
  predictions: v.pipe(v.array(handedPrediction), v.maxLength(LESSON_LIMITS.steps)),
  answers: v.pipe(
    v.array(v.strictObject({ id: lessonIdSchema, text: v.pipe(v.string(), v.maxLength(ANSWER_CHARACTERS)) })),
    v.maxLength(LESSON_LIMITS.steps),
  ),
  runs: v.pipe(v.array(handedRun), v.maxLength(LESSON_LIMITS.steps * MOST_RUNS)),
});

export const bodySchema = v.strictObject({
  learner: v.strictObject({
    /** Made by the device, so that a second hand-in of the same learner takes the place of the first. */
    id: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
    /** "" where none was given. */
    name: v.pipe(v.string(), v.maxLength(MAX_LEARNER_NAME)),
  }),
  savedAt: time,
  lessons: v.pipe(v.array(handedLesson), v.maxLength(MOST_LESSONS)),
  /** Lessons with notes on the device that could not be handed in. */
  unread: v.pipe(
    v.array(v.strictObject({ lesson: v.pipe(v.string(), v.maxLength(100)), why: v.picklist(["damaged", "unknown"]) })),
    v.maxLength(MOST_LESSONS * 2),
  ),
});

export const FORMAT = "tiller-hand-in";
export const fileSchema = v.strictObject({
  format: v.literal(FORMAT),
  version: v.literal(1),
  /** Of the body as JSON without spaces. */
  check: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/)),
  body: v.unknown(),
});

type Body = v.InferOutput<typeof bodySchema>;
type RawLesson = Body["lessons"][number];
type RawPrediction = RawLesson["predictions"][number];
export interface HandedPrediction extends Omit<RawPrediction, "prediction" | "own" | "recorded"> {
  readonly prediction: Prediction | null;
  readonly own: Outcome | null;
  readonly recorded: Outcome | null;
}

export interface HandedRun {
  readonly recording: string;
  /** Milliseconds since 1970. */
  readonly finishedAt: number;
  readonly request: RunRequest;
  readonly figures: readonly LaneFigures[];
  readonly trace: Trace | null;
}
export interface HandedLesson extends Omit<RawLesson, "runs" | "predictions"> {
  readonly predictions: readonly HandedPrediction[];
  readonly runs: readonly HandedRun[];
}
export interface HandIn extends Omit<Body, "lessons"> {
  readonly lessons: readonly HandedLesson[];
}
