/** What a lesson asks, as a hand-in carries it: so a file can be read also where the page does not have the lesson. */
import * as v from "valibot";
import { LIMITS } from "../../core/limits.ts";
import { fnv1a } from "../keep/fnv1a.ts";
import { LESSON_LIMITS, lessonIdSchema, questionSchema, recordingSchema, wordsSchema } from "../lessons/lesson-file.ts";
import type { Lesson } from "../lessons/lesson-file.ts";
import { answeringRun, laneNames } from "../lessons/run-steps.ts";

const laneName = v.pipe(v.string(), v.maxLength(80));
const asked = v.variant("type", [
  v.strictObject({
    type: v.literal("predict"),
    id: lessonIdSchema,
    text: wordsSchema,
    question: questionSchema,
    /** Names of the lanes of the run that answers it. */
    lanes: v.pipe(v.array(laneName), v.maxLength(LIMITS.lanes)),
    recording: v.nullable(recordingSchema),
  }),
  v.strictObject({ type: v.literal("ask"), id: lessonIdSchema, text: wordsSchema }),
]);

export const askedLessonSchema = v.strictObject({
  id: lessonIdSchema,
  version: v.literal(1),
  title: wordsSchema,
  /** Of what is asked: tells two versions of a lesson apart. */
  mark: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/)),
  asked: v.pipe(v.array(asked), v.maxLength(LESSON_LIMITS.steps)),
});

export type AskedLesson = v.InferOutput<typeof askedLessonSchema>;
export type Asked = AskedLesson["asked"][number];
export type AskedQuestion = Extract<Asked, { type: "predict" }>;

export function askedIn(lesson: Lesson): AskedLesson {
  const asks = lesson.steps.flatMap((step): Asked[] => {
    if (step.type === "ask") return [{ type: "ask", id: step.id, text: step.text }];
    if (step.type !== "predict") return [];
    const run = answeringRun(lesson, step.id);
    const { id, text, question } = step;
    const lanes = laneNames(lesson, run).map((name) => name.slice(0, 80));
    return [{ type: "predict", id, text, question, lanes, recording: run?.recording ?? null }];
  });
  const { id, version, title } = lesson;
  return { id, version, title, mark: markOf(id, asks), asked: asks };
}

/** Eight hexadecimal digits. Words and names of lanes are left out: they change with the language of the page. */
export function markOf(id: string, asks: readonly Asked[]): string {
  const said = asks.map((each) => (each.type === "ask" ? [each.id] : [each.id, each.question, each.recording]));
  return checkText(JSON.stringify([id, said]));
}

/** The checksum of a text: finds accidents, proves nothing. */
export function checkText(text: string): string {
  return fnv1a(text).toString(16).padStart(8, "0");
}

export function questionsOf({ asked: asks }: AskedLesson): readonly AskedQuestion[] {
  return asks.filter((each) => each.type === "predict");
}
