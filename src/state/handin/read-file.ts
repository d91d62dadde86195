/** A hand-in out of a file that anyone may have written: read whole, or refused with what is wrong. */
import * as v from "valibot";
import { RunError } from "../../core/errors.ts";
import { judged } from "../lessons/figures.ts";
import { requestOf, traceIn } from "../keep/trace-file.ts";
import { readJson } from "../settings/untrusted.ts";
import { checkText, markOf, questionsOf, type AskedQuestion } from "./asked.ts";
import {
  bodySchema,
  fileSchema,
  FORMAT,
  MAX_HAND_IN,
  type HandedLesson,
  type HandedRun,
  type HandIn,
} from "./hand-in.ts";
import { viewOf } from "./gather.ts";
import { figuresOf } from "./lane-figures.ts";

/** Why a file is refused; the words are the page's. `detail` is a place, a version or a size. */
export interface Refusal {
  readonly type: "too-large" | "not-json" | "a-run" | "not-a-hand-in" | "other-version" | "changed" | "broken";
  readonly detail: string;
}

export type HandInReading =
  | { readonly type: "hand-in"; readonly handIn: HandIn; readonly check: string }
  | { readonly type: "refused"; readonly why: Refusal };

/** Thrown within this file alone. */
class Broken extends Error {}

export function readHandIn(text: string): HandInReading {
  if (text.length > MAX_HAND_IN) return refused("too-large", String(text.length));
  const reading = readJson(text);
  if (reading.type === "broken") return refused("not-json", reading.why);
  const raw = fields(reading.value);
  if (raw["format"] !== FORMAT) return refused("events" in raw ? "a-run" : "not-a-hand-in", "");
  if (raw["version"] !== 1) return refused("other-version", versionText(raw["version"]));
  const file = v.safeParse(fileSchema, raw);
  if (!file.success) return refused("broken", placeOf(file.issues[0]));
  const { check, body: rawBody } = file.output;
  if (checkText(JSON.stringify(rawBody) ?? "") !== check) return refused("changed", "");
  const body = v.safeParse(bodySchema, rawBody);
  if (!body.success) return refused("broken", placeOf(body.issues[0]));
  try {
    return { type: "hand-in", handIn: joined(body.output), check };
  } catch (error) {
    if (error instanceof Broken || error instanceof RunError) return refused("broken", error.message);
    throw error;
  }
}

/** What the schema cannot see: that the parts of a hand-in belong together. */
function joined(body: v.InferOutput<typeof bodySchema>): HandIn {
  const ids = body.lessons.map(({ lesson }) => lesson.id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new Broken(`lessons: ${twice} is there twice`);
  return { ...body, lessons: body.lessons.map((lesson, i) => joinedLesson(lesson, `lessons.${i}`)) };
}

function joinedLesson(raw: v.InferOutput<typeof bodySchema>["lessons"][number], at: string): HandedLesson {
  const { lesson, predictions, answers } = raw;
  if (markOf(lesson.id, lesson.asked) !== lesson.mark) throw new Broken(`${at}.lesson.mark: not that of its questions`);
  const asks = lesson.asked.filter(({ type }) => type === "ask");
  checkIds(lesson.asked, lesson.asked, `${at}.lesson.asked`);
  checkIds(predictions, questionsOf(lesson), `${at}.predictions`);
  checkIds(answers, asks, `${at}.answers`);
  if (raw.step >= raw.steps) throw new Broken(`${at}.step: ${raw.step} of ${raw.steps} steps`);
  for (const [i, asked] of questionsOf(lesson).entries())
    checkPrediction(asked, predictions[i]!, `${at}.predictions.${i}`);
  return { ...raw, runs: raw.runs.map((run, i) => joinedRun(run, `${at}.runs.${i}`)) };
}

/** The same ids in the same order, none twice. */
function checkIds(found: readonly { id: string }[], asked: readonly { id: string }[], at: string): void {
  const ids = found.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) throw new Broken(`${at}: an id is there twice`);
  if (ids.join() !== asked.map(({ id }) => id).join()) throw new Broken(`${at}: not those that the lesson asks for`);
}

const KINDS = { "which-lane": "lane", compare: "compare", scale: "scale", word: "word" } as const;

function checkPrediction(
  { question, lanes }: AskedQuestion,
  { prediction, own, recorded, verdict }: HandedLesson["predictions"][number],
  at: string,
): void {
  const kind = KINDS[question.type];
  for (const each of [prediction, own, recorded]) {
    if (each !== null && each.type !== kind) throw new Broken(`${at}: ${each.type}, where the question is ${kind}`);
  }
  if (prediction?.type === "lane" && prediction.lane >= lanes.length) {
    throw new Broken(`${at}.prediction.lane: ${prediction.lane} of ${lanes.length} lanes`);
  }
  if (prediction?.type === "scale" && question.type === "scale") {
    const { min, max } = question;
    if (prediction.value < min || prediction.value > max) {
      throw new Broken(`${at}.prediction.value: ${prediction.value}, not from ${min} to ${max}`);
    }
  }
  const found = own ?? recorded;
  const right = prediction === null || found === null ? null : judged(question, prediction, found);
  if (verdict !== right) throw new Broken(`${at}.verdict: ${String(verdict)}, where its numbers say ${String(right)}`);
}

/** Figures are computed anew from the run, where the file has it. */
function joinedRun(raw: v.InferOutput<typeof bodySchema>["lessons"][number]["runs"][number], at: string): HandedRun {
  if (raw.trace === null) return { ...raw, request: requestOf(raw.request), trace: null };
  const trace = traceIn(raw.trace);
  if (trace === null) throw new Broken(`${at}.trace: not a run that can be played`);
  const figures = figuresOf(viewOf(trace));
  if (figures.length === 0) throw new Broken(`${at}.trace: the run did not finish`);
  return { ...raw, request: trace.request, figures, trace };
}

function refused(type: Refusal["type"], detail: string): HandInReading {
  return { type: "refused", why: { type, detail: detail.slice(0, 300) } };
}

function placeOf(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? "the file"}: ${issue.message}`;
}

function versionText(version: unknown): string {
  return typeof version === "number" || typeof version === "string" ? String(version).slice(0, 20) : "";
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}
