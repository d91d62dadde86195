/** A reward head as the page lists it. */
import * as v from "valibot";
import { RunError } from "../../core/errors.ts";
import type { HeadCard } from "../../core/heads/head-card.ts";
import { readHead } from "../../core/heads/head-file.ts";
import type { Head } from "../../core/heads/head.ts";
import { checkLesson, type HeadTrial, type Lesson } from "../../core/heads/lesson.ts";

export interface HeadEntry {
  readonly card: HeadCard;
  readonly kind: Head["kind"];
  /** As it is written to disk and sent to the worker. */
  readonly file: unknown;
  readonly bytes: number;
  /** What its lesson showed at the end; null for one that came as a file. */
  readonly trial: HeadTrial | null;
  /** What it was taught by, so that it can go on learning; null for one that came as a file. */
  readonly lesson: Lesson | null;
}

/** More than the largest head that the page makes, and little enough to read at once. */
export const MAX_HEAD_BYTES = 20e6;

const real = v.pipe(v.number(), v.finite());
const metric = v.strictObject({ value: real, n: v.number(), ci95: v.nullable(v.tuple([real, real])) });
const trialSchema = v.strictObject({
  strength: real,
  unit: v.picklist(["nats", "sd"]),
  pairs: v.array(v.strictObject({ prompt: v.string(), plain: v.string(), steered: v.string() })),
  gain: metric,
  klSteer: metric,
  perplexity: v.strictObject({ plain: real, steered: real }),
  end: v.nullable(v.strictObject({ weight: real, isBroken: v.boolean() })),
});

/** @throws RunError "invalid-request" for what is no head */
export function entryOf(file: unknown, trial: unknown = null, lesson: unknown = null): HeadEntry {
  const { card, head } = readHead(file);
  const checked = v.safeParse(v.nullable(trialSchema), trial);
  return {
    card,
    kind: head.kind,
    file,
    bytes: JSON.stringify(file).length,
    trial: checked.success ? checked.output : null,
    lesson: lesson === null ? null : checkLesson(lesson),
  };
}

/** @throws RunError "invalid-request" naming the file and what is wrong with it */
export async function entryFrom(file: File): Promise<HeadEntry> {
  const named = `The file “${file.name}”`;
  if (file.size > MAX_HEAD_BYTES) {
    const message = `${named} has ${file.size} bytes, and a head has at most ${MAX_HEAD_BYTES}. Choose a head’s file.`;
    throw new RunError("invalid-request", message, { bytes: file.size, bound: MAX_HEAD_BYTES });
  }
  try {
    const parsed: unknown = JSON.parse(await file.text());
    return entryOf(parsed);
  } catch (error) {
    const why = error instanceof RunError ? error.message : "it is no JSON";
    throw new RunError(
      "invalid-request",
      `${named} is no reward head: ${why}. Choose a file that this page exported.`,
      {
        file: file.name,
      },
    );
  }
}
