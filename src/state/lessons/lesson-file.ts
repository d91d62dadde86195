/**
 * A lesson is a file of data: no code is in it, so that a teacher can copy one and change it. What is read here is checked
 * as strictly as a link: unknown keys, unknown parts and settings out of bounds are refused with their place.
 */
import * as v from "valibot";
import { OBJECTIVE_IDS } from "../../core/types.ts";
import { worldSchema } from "../settings/worlds.ts";
import { PARTS } from "./parts.ts";
import { lessonSettings } from "./lesson-settings.ts";

export const LESSON_LIMITS = { steps: 16, words: 1200, options: 6, minutes: 60, lanes: 6 } as const;

const sentence = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(LESSON_LIMITS.words));
/** English is always there; a language that is missing falls back to it. */
export const wordsSchema = v.strictObject({ en: sentence, de: v.optional(sentence) });
const lane = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LESSON_LIMITS.lanes - 1));
const number = v.pipe(v.number(), v.finite());
export const lessonIdSchema = v.pipe(v.string(), v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/), v.maxLength(40));
/** Recordings are files of the page's own folder, so a lesson cannot fetch from elsewhere. */
export const recordingSchema = v.pipe(v.string(), v.regex(/^[a-z0-9]+(-[a-z0-9]+)*\.json$/), v.maxLength(60));

/** What of a lane is compared: computed from the run, never written in the file. */
const measure = v.variant("of", [
  v.strictObject({ of: v.picklist(["kl", "tokens", "characters", "perplexity", "forwards", "changed", "parting"]) }),
  v.strictObject({ of: v.picklist(["truth", "reward"]), objective: v.picklist(OBJECTIVE_IDS) }),
  v.strictObject({ of: v.literal("source"), source: v.pipe(v.string(), v.regex(/^s[0-9]{1,2}$/)) }),
  /** The N of best-of-N, from the samples of lane `pool`, whose expected judge's reward is the lane's own. */
  v.strictObject({ of: v.literal("equal-n"), objective: v.picklist(OBJECTIVE_IDS), pool: lane }),
]);

export const questionSchema = v.variant("type", [
  /** The options are the run's lanes. */
  v.strictObject({ type: v.literal("which-lane"), most: v.boolean(), measure }),
  /** More, about the same, or less in `lane` than in `than`; differences up to `margin` are about the same. */
  v.strictObject({ type: v.literal("compare"), lane, than: lane, measure, margin: v.pipe(number, v.minValue(0)) }),
  v.pipe(
    v.strictObject({
      type: v.literal("scale"),
      lane,
      measure,
      min: number,
      max: number,
      step: v.pipe(number, v.gtValue(0)),
      /** A prediction this near counts as close. */
      near: v.pipe(number, v.minValue(0)),
    }),
    v.check(({ min, max, step }) => max - min >= step, "max must be at least one step above min"),
  ),
  /** Point at the word of `than` at which `lane` writes another one for the first time. */
  v.strictObject({ type: v.literal("word"), lane, than: lane }),
]);

const step = v.variant("type", [
  v.strictObject({ type: v.literal("look"), text: wordsSchema, part: v.nullable(v.picklist(PARTS)) }),
  v.strictObject({
    type: v.literal("run"),
    text: wordsSchema,
    settings: v.optional(v.unknown(), {}),
    recording: recordingSchema,
  }),
  v.strictObject({ type: v.literal("predict"), id: lessonIdSchema, text: wordsSchema, question: questionSchema }),
  v.strictObject({
    type: v.literal("answer"),
    of: lessonIdSchema,
    text: wordsSchema,
    part: v.nullable(v.picklist(PARTS)),
  }),
  v.strictObject({ type: v.literal("ask"), id: lessonIdSchema, text: wordsSchema }),
]);

const schema = v.strictObject({
  version: v.literal(1),
  id: lessonIdSchema,
  title: wordsSchema,
  aim: wordsSchema,
  minutes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LESSON_LIMITS.minutes)),
  world: worldSchema,
  /** The parts of the page that the lesson needs; the others are left out. */
  parts: v.array(v.picklist(PARTS)),
  settings: v.unknown(),
  steps: v.pipe(v.array(step), v.minLength(1), v.maxLength(LESSON_LIMITS.steps)),
});

export type Lesson = v.InferOutput<typeof schema>;
export type LessonStep = Lesson["steps"][number];
export type StepOf<T extends LessonStep["type"]> = Extract<LessonStep, { type: T }>;
export type Question = v.InferOutput<typeof questionSchema>;
export type Measure = v.InferOutput<typeof measure>;
export type Words = v.InferOutput<typeof wordsSchema>;

export type LessonReading =
  { readonly type: "lesson"; readonly lesson: Lesson } | { readonly type: "broken"; readonly why: string };

export function readLesson(raw: unknown): LessonReading {
  const result = v.safeParse(schema, raw);
  if (!result.success) {
    const [issue] = result.issues;
    return broken(`${v.getDotPath(issue) ?? "the file"}: ${issue.message}`);
  }
  const lesson = result.output;
  const wrong = wrongSettings(lesson) ?? wrongReference(lesson);
  return wrong === null ? { type: "lesson", lesson } : broken(wrong);
}

function wrongSettings(lesson: Lesson): string | null {
  if (lessonSettings(lesson, {}) === null) return "settings: a setting is unknown or out of bounds";
  for (const [i, each] of lesson.steps.entries()) {
    if (each.type === "run" && lessonSettings(lesson, each.settings) === null) {
      return `steps.${i}.settings: a setting is unknown or out of bounds`;
    }
  }
  return null;
}

/** Every answer belongs to one prediction before it, a run stands between the two, and ids are told apart. */
function wrongReference({ steps }: Lesson): string | null {
  const ids = steps.flatMap((each) => ("id" in each ? [each.id] : []));
  const twice = ids.find((each, i) => ids.indexOf(each) !== i);
  if (twice !== undefined) return `two steps have the id ${twice}`;
  for (const [i, each] of steps.entries()) {
    if (each.type !== "answer") continue;
    const asked = steps.findIndex((other) => other.type === "predict" && other.id === each.of);
    if (asked === -1 || asked > i) return `steps.${i}.of: no prediction ${each.of} stands before it`;
    if (!steps.slice(asked, i).some(({ type }) => type === "run")) return `steps.${i}: no run stands before the answer`;
  }
  return null;
}

function broken(why: string): LessonReading {
  return { type: "broken", why };
}
