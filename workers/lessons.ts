/** Lessons that teach a reward head, one at a time. The models serve nothing else meanwhile. */
import { checkLesson, type Lesson, type LessonProgress, type LessonResult } from "../src/core/heads/lesson.ts";
import type { Models } from "../src/engine/interfaces.ts";
import { LessonMemory } from "../src/engine/teach/lesson-memory.ts";
import { runLesson } from "../src/engine/teach/run-lesson.ts";
import type { ProbeClock } from "./probes.ts";

export class Lessons {
  readonly #clock: ProbeClock;
  #memory = new LessonMemory();
  #current: { readonly controller: AbortController; readonly end: Promise<unknown> } | null = null;

  constructor(clock: ProbeClock) {
    this.#clock = clock;
  }

  get isGoing(): boolean {
    return this.#current !== null;
  }

  /** @throws RunError what the lesson fails with; "aborted" where it was cancelled */
  async teach(
    lesson: Lesson,
    models: Models,
    tell: (progress: LessonProgress) => void | Promise<void>,
  ): Promise<LessonResult> {
    const controller = new AbortController();
    const { now, rest } = this.#clock;
    // Progress is not awaited: a slow page must not slow the lesson.
    const onProgress = (progress: LessonProgress): void => void (async () => tell(progress))().catch(() => undefined);
    const working = runLesson(models, checkLesson(lesson), {
      signal: controller.signal,
      now,
      rest,
      onProgress,
      memory: this.#memory,
    });
    const current = { controller, end: working.catch(() => undefined) };
    this.#current = current;
    try {
      return await working;
    } finally {
      if (this.#current === current) this.#current = null;
    }
  }

  /** Other models come: what these wrote says nothing of them. */
  async forget(): Promise<void> {
    await this.giveWay();
    this.#memory = new LessonMemory();
  }

  /** Ends the lesson under way, which then fails as aborted, and waits until it has let the models go. */
  async giveWay(): Promise<void> {
    this.#current?.controller.abort();
    await this.#current?.end;
  }
}
