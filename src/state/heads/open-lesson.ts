/** A lesson that is under way, as it is kept over a reload. */
import * as v from "valibot";
import { checkLesson, type Lesson } from "../../core/heads/lesson.ts";
import { readJson } from "../settings/untrusted.ts";

export interface OpenLesson {
  readonly lesson: Lesson;
  /** Id of the head that goes on learning; null for a new one. */
  readonly old: string | null;
}

const schema = v.strictObject({ lesson: v.unknown(), old: v.nullable(v.pipe(v.string(), v.maxLength(80))) });

/** Null where nothing is kept, or nothing that can be read. */
export function readOpenLesson(json: string | null): OpenLesson | null {
  const reading = readJson(json === null || json === "" ? "null" : json);
  const read = v.safeParse(schema, reading.type === "json" ? reading.value : null);
  if (!read.success) return null;
  try {
    return { lesson: checkLesson(read.output.lesson), old: read.output.old };
  } catch {
    return null;
  }
}
