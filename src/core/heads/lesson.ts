/**
 * A lesson: what a reward head is to learn, and what came of it. Plain data, because page and worker both speak of it.
 *
 * A lesson samples answers of the frozen policy, reads them under both instructions or scores them, fits a head, and tries
 * the head on prompts that it has not seen.
 */
import { checkArray, checkFields, checkNumber, checkOneOf, checkString, refuse, type Fields } from "../bounds.ts";
import { parseScorer, type ScorerSpec } from "../scorers/spec.ts";
import type { Metric } from "./head-card.ts";

export type LessonTeacher =
  /** Instructions that go before the prompt. The reward is log π(v | better) − log π(v | worse). */
  | { readonly kind: "contrast"; readonly better: string; readonly worse: string }
  /** A number for each whole answer. What a token is worth is told from how the score foreseen after it changes. */
  | { readonly kind: "scorer"; readonly scorer: ScorerSpec };

export interface Lesson {
  /** What the reward is called; its id is made of it. */
  readonly name: string;
  readonly teacher: LessonTeacher;
  /** The visitor's own, in front of those that come along. */
  readonly ownPrompts: readonly string[];
  /** Answers to each prompt. */
  readonly perPrompt: number;
  /** How often all prompts are answered anew; more of them go on improving a head. */
  readonly rounds: number;
  readonly seed: number;
}

/** Prompts that come along with every lesson. */
export const LESSON_PROMPTS = 60;

export const LESSON_LIMITS = {
  nameCharacters: 40,
  instructionCharacters: 2000,
  ownPrompts: 60,
  promptCharacters: 2000,
  perPrompt: { min: 1, max: 40 },
  rounds: { min: 1, max: 6 },
} as const;

/** In the order in which they happen. */
export const LESSON_PHASES = ["sample", "read", "fit", "try"] as const;
export type LessonPhase = (typeof LESSON_PHASES)[number];

export interface LessonProgress {
  readonly phase: LessonPhase;
  readonly done: number;
  readonly total: number;
}

/** One prompt that the head has not seen, answered with the same noise. */
export interface TrialPair {
  readonly prompt: string;
  readonly plain: string;
  readonly steered: string;
}

/** What the head does to answers of prompts that it has not seen. */
export interface HeadTrial {
  /** Weight at strength 1, nats of spread. */
  readonly strength: number;
  readonly pairs: readonly TrialPair[];
  /** "nats": mean of log π(token | better) − log π(token | worse) over a text. "sd": standard deviations of a scorer. */
  readonly unit: "nats" | "sd";
  /** How much the score of a text rises. */
  readonly gain: Metric;
  /** KL to plain sampling under the same settings, nats a text. */
  readonly klSteer: Metric;
  /** Perplexity of the texts under the policy alone. */
  readonly perplexity: { readonly plain: number; readonly steered: number };
  /** The largest strength whose text still held; `isBroken` where a larger one was seen to break. Null where it was not told. */
  readonly end: { readonly weight: number; readonly isBroken: boolean } | null;
}

export interface LessonResult {
  /** The head's file, for `readHead`. */
  readonly file: unknown;
  /** Of a scorer: the value head's file, which judges texts and guides VAS. */
  readonly value: unknown;
  readonly trial: HeadTrial;
}

/**
 * A lesson from another thread.
 * @throws RunError "invalid-request" naming the place, the value and the bound
 */
export function checkLesson(value: unknown): Lesson {
  const fields = checkFields(value, "lesson", ["name", "teacher", "ownPrompts", "perPrompt", "rounds", "seed"]);
  const name = checkString(fields.name, "lesson.name", LESSON_LIMITS.nameCharacters).trim();
  if (name === "") throw refuse("lesson.name", "a name", "", "name the reward");
  const whole = (key: "perPrompt" | "rounds", hint: string): number =>
    checkNumber(fields[key], `lesson.${key}`, { ...LESSON_LIMITS[key], isInteger: true, hint });
  const own = checkArray(fields.ownPrompts, "lesson.ownPrompts", 0, LESSON_LIMITS.ownPrompts);
  return {
    name,
    teacher: checkTeacher(fields.teacher),
    ownPrompts: own.map((each, i) => checkString(each, `lesson.ownPrompts[${i}]`, LESSON_LIMITS.promptCharacters)),
    perPrompt: whole("perPrompt", "choose a smaller or larger lesson"),
    rounds: whole("rounds", "begin a new lesson"),
    seed: checkNumber(fields.seed, "lesson.seed", {
      min: 0,
      max: 2 ** 32 - 1,
      isInteger: true,
      hint: "choose another seed",
    }),
  };
}

function checkTeacher(value: unknown): LessonTeacher {
  const path = "lesson.teacher";
  const all = checkFields(value, path, ["kind", "better", "worse", "scorer"]);
  const kind = checkOneOf(all.kind, `${path}.kind`, ["contrast", "scorer"]);
  if (kind === "scorer") {
    return { kind, scorer: parseScorer(checkFields(value, path, ["kind", "scorer"]).scorer, `${path}.scorer`) };
  }
  const fields = checkFields(value, path, ["kind", "better", "worse"]);
  const [better, worse] = [instruction(fields, "better"), instruction(fields, "worse")];
  if (better === worse) {
    const hint = "write what the answers are not to be like";
    throw refuse(`${path}.worse`, "another instruction than the first", worse, hint);
  }
  return { kind, better, worse };
}

function instruction(fields: Fields, key: "better" | "worse"): string {
  const path = `lesson.teacher.${key}`;
  const text = checkString(fields[key], path, LESSON_LIMITS.instructionCharacters).trim();
  if (text === "") throw refuse(path, "an instruction", "", "say what the answers are to be like");
  return text;
}

/** Letters and digits of a name, for the id of its head and the name of its file. */
export function headIdOf(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return plain === "" ? "reward" : plain;
}
