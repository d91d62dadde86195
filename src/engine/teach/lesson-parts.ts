/** What the parts of a lesson hand to each other. */
import type { HeadCard } from "../../core/heads/head-card.ts";
import type { NamedHead } from "../../core/heads/head-file.ts";
import type { HeadTrial, LessonProgress } from "../../core/heads/lesson.ts";
import type { SampleResult } from "../../core/types.ts";
import type { LessonMemory } from "./lesson-memory.ts";
import type { LessonShelf } from "./lesson-shelf.ts";
import type { Answer } from "./sample-answers.ts";
import type { Lesson as Writing } from "./teach-contrast.ts";

export interface LessonControl {
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Lets other work of the thread run. */
  readonly rest: () => Promise<void>;
  readonly onProgress: (progress: LessonProgress) => void;
  readonly memory: LessonMemory;
  /** Keeps what is written and read, until the lesson is over; nothing is kept where it is left out. */
  readonly shelf?: LessonShelf | null;
}

/** Answers to all prompts with the noise of one seed. */
export interface Round {
  readonly lesson: Writing;
  /** What decides the answers. */
  readonly key: string;
  readonly answers: readonly Answer[];
}

export interface Making {
  readonly rounds: readonly Round[];
  readonly card: Pick<HeadCard, "id" | "name" | "policy" | "training">;
  /** Of a low-rank head. */
  readonly rank: number;
  readonly control: LessonControl;
}

export interface Made {
  readonly head: NamedHead;
  /** Of a scorer alone. */
  readonly value: NamedHead | null;
  /** Nats of spread at which the head is tried and its slider starts. */
  readonly start: number;
  readonly unit: HeadTrial["unit"];
  /** What the teacher says of an answer; null where it says nothing. */
  readonly score: (prompt: string, answer: SampleResult) => Promise<number | null>;
}
