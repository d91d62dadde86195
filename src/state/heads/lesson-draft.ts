/** What the visitor has written for a lesson so far; kept over reloads. */
import * as v from "valibot";
import { LESSON_LIMITS, type Lesson } from "../../core/heads/lesson.ts";
import { readJson } from "../settings/untrusted.ts";

/** Answers to each of the prompts. More teach better and take longer. */
export const LESSON_SIZES = { quick: 2, usual: 5, thorough: 10 } as const;
export type LessonSize = keyof typeof LESSON_SIZES;
export const LESSON_SIZE_IDS = ["quick", "usual", "thorough"] as const satisfies readonly LessonSize[];

const draftSchema = v.strictObject({
  name: v.pipe(v.string(), v.maxLength(LESSON_LIMITS.nameCharacters)),
  better: v.pipe(v.string(), v.maxLength(LESSON_LIMITS.instructionCharacters)),
  worse: v.pipe(v.string(), v.maxLength(LESSON_LIMITS.instructionCharacters)),
  /** One a line. */
  prompts: v.pipe(v.string(), v.maxLength(60_000)),
  size: v.picklist(LESSON_SIZE_IDS),
});
export type LessonDraft = v.InferOutput<typeof draftSchema>;

export const EMPTY_DRAFT: LessonDraft = { name: "", better: "", worse: "", prompts: "", size: "usual" };
export const SEED = 1;

export function readDraft(json: string | null): LessonDraft {
  const reading = readJson(json ?? "null");
  const read = v.safeParse(draftSchema, reading.type === "json" ? reading.value : null);
  return read.success ? read.output : EMPTY_DRAFT;
}

/** What is still missing before a lesson can begin; null where nothing is. */
export function draftProblem({ better, worse }: LessonDraft): "better" | "worse" | "same" | null {
  if (better.trim() === "") return "better";
  if (worse.trim() === "") return "worse";
  return better.trim() === worse.trim() ? "same" : null;
}

export function lessonOf({ name, better, worse, prompts, size }: LessonDraft): Lesson {
  const lines = prompts.split("\n").map((line) => line.trim());
  return {
    name: nameOf(name, better),
    better: better.trim(),
    worse: worse.trim(),
    ownPrompts: lines.filter((line) => line !== "").slice(0, LESSON_LIMITS.ownPrompts),
    perPrompt: LESSON_SIZES[size],
    rounds: 1,
    seed: SEED,
  };
}

/** A reward without a name is called by the first words of what it rewards. */
function nameOf(name: string, better: string): string {
  if (name.trim() !== "") return name.trim();
  const words = better.trim().split(/\s+/).slice(0, 4).join(" ");
  return words.replace(/[.,;:!?]+$/, "").slice(0, LESSON_LIMITS.nameCharacters);
}
