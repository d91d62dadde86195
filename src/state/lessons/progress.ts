/** How far a learner came in each lesson, kept on the device. Nothing is sent. */
import * as v from "valibot";
import type { KeptText } from "../settings/tab-storage.ts";
import { readJson } from "../settings/untrusted.ts";
import { WAYS, type Outcome, type Prediction } from "./figures.ts";

const KEY = "tiller.lessons";
const ANSWER_CHARACTERS = 2000;
const LESSONS = 100;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000));
const number = v.pipe(v.number(), v.finite());
const value = v.nullable(number);
const shortText = v.pipe(v.string(), v.maxLength(200));

const prediction = v.variant("type", [
  v.strictObject({ type: v.literal("lane"), lane: whole }),
  v.strictObject({ type: v.literal("compare"), way: v.picklist(WAYS) }),
  v.strictObject({ type: v.literal("scale"), value: number }),
  v.strictObject({ type: v.literal("word"), position: whole }),
]);
const outcome = v.variant("type", [
  v.strictObject({ type: v.literal("lane"), lanes: v.array(whole), values: v.array(value) }),
  v.strictObject({ type: v.literal("compare"), way: v.picklist(WAYS), value: number, than: number }),
  v.strictObject({ type: v.literal("scale"), value: number }),
  v.strictObject({ type: v.literal("word"), position: v.nullable(whole), before: shortText, after: shortText }),
]);
/** A prediction, and what the learner's own run made of it; `own` is null where only the recording was seen. */
const answered = v.strictObject({ prediction, own: v.nullable(outcome), ownSeed: v.nullable(whole32()) });
const answers = v.record(v.string(), v.pipe(v.string(), v.maxLength(ANSWER_CHARACTERS)));

const schema = v.strictObject({
  step: whole,
  predictions: v.record(v.string(), answered),
  answers,
  isDone: v.boolean(),
});
const all = v.pipe(
  v.record(v.string(), schema),
  v.check((every) => Object.keys(every).length <= LESSONS, "too many lessons"),
);

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
  const copied = v.parse(outcome, structuredClone(own));
  return { ...progress, predictions: { ...progress.predictions, [id]: { ...made, own: copied, ownSeed } } };
}

export function keptProgress(storage: KeptText | null): Readonly<Record<string, Progress>> {
  const kept = storage?.getItem(KEY) ?? null;
  const reading = kept === null ? null : readJson(kept);
  const result = reading?.type === "json" ? v.safeParse(all, reading.value) : null;
  return result?.success === true ? result.output : {};
}

export function keepProgress(storage: KeptText | null, id: string, progress: Progress): void {
  storage?.setItem(KEY, JSON.stringify({ ...keptProgress(storage), [id]: progress }));
}

function whole32() {
  return v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
}
