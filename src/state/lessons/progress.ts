/** How far a learner came in each lesson, kept on the device. Nothing is sent. */
import * as v from "valibot";
import { LIMITS } from "../../core/limits.ts";
import type { KeptText } from "../settings/tab-storage.ts";
import { readJson } from "../settings/untrusted.ts";

import { WAYS, type Outcome, type Prediction } from "./figures.ts";

const KEY = "tiller.lessons";
export const ANSWER_CHARACTERS = 2000;
export const MOST_LESSONS = 100;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000));
const number = v.pipe(v.number(), v.finite());
const value = v.nullable(number);
const shortText = v.pipe(v.string(), v.maxLength(200));

export const predictionSchema = v.variant("type", [
  v.strictObject({ type: v.literal("lane"), lane: whole }),
  v.strictObject({ type: v.literal("compare"), way: v.picklist(WAYS) }),
  v.strictObject({ type: v.literal("scale"), value: number }),
  v.strictObject({ type: v.literal("word"), position: whole }),
]);
const laneList = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.maxLength(LIMITS.lanes));
export const outcomeSchema = v.variant("type", [
  v.strictObject({ type: v.literal("lane"), lanes: laneList(whole), values: laneList(value) }),
  v.strictObject({ type: v.literal("compare"), way: v.picklist(WAYS), value: number, than: number }),
  v.strictObject({ type: v.literal("scale"), value: number }),
  v.strictObject({ type: v.literal("word"), position: v.nullable(whole), before: shortText, after: shortText }),
]);
/** A prediction, and what the learner's own run made of it; `own` is null where only the recording was seen. */
const answered = v.strictObject({
  prediction: predictionSchema,
  own: v.nullable(outcomeSchema),
  ownSeed: v.nullable(whole32()),
});
const answers = v.record(v.string(), v.pipe(v.string(), v.maxLength(ANSWER_CHARACTERS)));

const schema = v.strictObject({
  step: whole,
  predictions: v.record(v.string(), answered),
  answers,
  isDone: v.boolean(),
});
export type Progress = v.InferOutput<typeof schema>;
export type Answered = v.InferOutput<typeof answered>;
export const FRESH: Progress = { step: 0, predictions: {}, answers: {}, isDone: false };

/** What a lesson is told of: a written answer is cut where it would not be kept. */
export function withAnswer(progress: Progress, id: string, text: string): Progress {
  return { ...progress, answers: { ...progress.answers, [id]: text.slice(0, ANSWER_CHARACTERS) } };
}

export function withPrediction(progress: Progress, id: string, made: Prediction): Progress {
  const entry: Answered = { prediction: made, own: null, ownSeed: null };
  return { ...progress, predictions: { ...progress.predictions, [id]: entry } };
}

/** Stays as it is where nothing was predicted. */
export function withOwn(progress: Progress, id: string, own: Outcome, ownSeed: number): Progress {
  const made = progress.predictions[id];
  if (made === undefined) return progress;
  const copied = v.parse(outcomeSchema, structuredClone(own));
  return { ...progress, predictions: { ...progress.predictions, [id]: { ...made, own: copied, ownSeed } } };
}

/** What is kept, lesson by lesson: one that cannot be read does not take the others with it. */
export interface KeptProgress {
  readonly lessons: Readonly<Record<string, Progress>>;
  /** Ids of lessons whose notes are there and cannot be read. */
  readonly damaged: readonly string[];
}

export function readProgress(storage: KeptText | null): KeptProgress {
  const read = Object.entries(rawProgress(storage)).map(([id, raw]) => [id, v.safeParse(schema, raw)] as const);
  const lessons = read.flatMap(([id, result]) => (result.success ? [[id, result.output] as const] : []));
  return {
    lessons: Object.fromEntries(lessons),
    damaged: read.flatMap(([id, { success }]) => (success ? [] : [id])),
  };
}

export function keptProgress(storage: KeptText | null): Readonly<Record<string, Progress>> {
  return readProgress(storage).lessons;
}

/** Notes of another lesson that cannot be read stay as they are. */
export function keepProgress(storage: KeptText | null, id: string, progress: Progress): void {
  storage?.setItem(KEY, JSON.stringify({ ...rawProgress(storage), [id]: progress }));
}

function rawProgress(storage: KeptText | null): Readonly<Record<string, unknown>> {
  const kept = storage?.getItem(KEY) ?? null;
  const reading = kept === null ? null : readJson(kept);
  if (reading?.type !== "json" || typeof reading.value !== "object" || reading.value === null) return {};
  return Object.fromEntries(Object.entries(reading.value).slice(0, MOST_LESSONS));
}

function whole32() {
  return v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
}
