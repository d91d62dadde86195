/** What the visitor has written for a lesson so far; kept over reloads. */
import * as v from "valibot";
import { LESSON_LIMITS, type Lesson, type LessonTeacher } from "../../core/heads/lesson.ts";
import { parseScorer, type ScorerSpec } from "../../core/scorers/spec.ts";
import { readJson } from "../settings/untrusted.ts";

/** Answers to each of the prompts. More teach better and take longer. A scorer gives one number a text, so it needs more. */
export const LESSON_SIZES = {
  contrast: { quick: 1, usual: 2, thorough: 5 },
  scorer: { quick: 4, usual: 6, thorough: 12 },
} as const satisfies Readonly<Record<LessonTeacher["kind"], Readonly<Record<string, number>>>>;
export const LESSON_SIZE_IDS = ["quick", "usual", "thorough"] as const;
export type LessonSize = (typeof LESSON_SIZE_IDS)[number];
export const TEACHER_KINDS = ["contrast", "scorer"] as const satisfies readonly LessonTeacher["kind"][];

const scorer = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }): ScorerSpec => {
    try {
      return parseScorer(dataset.value, "scorer");
    } catch {
      addIssue({ message: "no scorer" });
      return NEVER;
    }
  }),
);

const draftSchema = v.strictObject({
  name: v.pipe(v.string(), v.maxLength(LESSON_LIMITS.nameCharacters)),
  kind: v.picklist(TEACHER_KINDS),
  better: v.pipe(v.string(), v.maxLength(LESSON_LIMITS.instructionCharacters)),
  worse: v.pipe(v.string(), v.maxLength(LESSON_LIMITS.instructionCharacters)),
  scorer,
  /** One a line. */
  prompts: v.pipe(v.string(), v.maxLength(60_000)),
  size: v.picklist(LESSON_SIZE_IDS),
});
export type LessonDraft = v.InferOutput<typeof draftSchema>;

export const EMPTY_DRAFT: LessonDraft = {
  name: "",
  kind: "contrast",
  better: "",
  worse: "",
  scorer: { type: "sentiment" },
  prompts: "",
  size: "usual",
};
export const SEED = 1;

export function readDraft(json: string | null): LessonDraft {
  const reading = readJson(json ?? "null");
  const read = v.safeParse(draftSchema, reading.type === "json" ? reading.value : null);
  return read.success ? read.output : EMPTY_DRAFT;
}

/** What is still missing before a lesson can begin; null where nothing is. */
export function draftProblem({ kind, better, worse }: LessonDraft): "better" | "worse" | "same" | null {
  if (kind === "scorer") return null;
  if (better.trim() === "") return "better";
  if (worse.trim() === "") return "worse";
  return better.trim() === worse.trim() ? "same" : null;
}

export function lessonOf(draft: LessonDraft): Lesson {
  const { kind, better, worse, scorer: spec, prompts, size } = draft;
  const lines = prompts.split("\n").map((line) => line.trim());
  return {
    name: nameOf(draft),
    teacher: kind === "contrast" ? { kind, better: better.trim(), worse: worse.trim() } : { kind, scorer: spec },
    ownPrompts: lines.filter((line) => line !== "").slice(0, LESSON_LIMITS.ownPrompts),
    perPrompt: LESSON_SIZES[kind][size],
    rounds: 1,
    seed: SEED,
  };
}

/** A reward without a name is called by the first words of what it rewards. */
function nameOf({ name, kind, better, scorer: spec }: LessonDraft): string {
  if (name.trim() !== "") return name.trim();
  if (kind === "scorer") return spec.type;
  const words = better.trim().split(/\s+/).slice(0, 4).join(" ");
  return words.replace(/[.,;:!?]+$/, "").slice(0, LESSON_LIMITS.nameCharacters);
}
