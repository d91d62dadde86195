/**
 * Long work on the policy, one at a time: lessons that teach a reward head, and answers for a person to choose between. The
 * models serve nothing else meanwhile.
 */
import { checkAnswersAsk, type AnswersAsk, type AnswersNews } from "../src/core/clicks/answers.ts";
import { checkLesson, type Lesson, type LessonProgress, type LessonResult } from "../src/core/heads/lesson.ts";
import { writeAnswersToJudge } from "../src/engine/clicks/write-answers.ts";
import type { Models } from "../src/engine/interfaces.ts";
import { LessonMemory } from "../src/engine/teach/lesson-memory.ts";
import type { LessonShelf } from "../src/engine/teach/lesson-shelf.ts";
import { runLesson } from "../src/engine/teach/run-lesson.ts";
import type { ProbeClock } from "./probes.ts";
import type { Emit } from "./stream.ts";

const TEACHING = "A reward is being taught, and the model serves nothing else. Wait until it is done, or cancel it.";
const WRITING =
  "Answers to choose between are being written, and the model serves nothing else. Wait until it is done, or cancel it.";

export class Lessons {
  readonly #clock: ProbeClock;
  readonly #shelf: LessonShelf | null;
  #memory = new LessonMemory();
  #current: {
    readonly sentence: string;
    readonly controller: AbortController;
    readonly end: Promise<unknown>;
  } | null = null;

  /** @param shelf keeps what a lesson has written and read; null keeps nothing */
  constructor(clock: ProbeClock, shelf: LessonShelf | null) {
    this.#clock = clock;
    this.#shelf = shelf;
  }

  /** What the models are busy with, as a sentence; null where they are free. */
  get goingOn(): string | null {
    return this.#current?.sentence ?? null;
  }

  /** @throws RunError what the lesson fails with; "aborted" where it was cancelled */
  async teach(lesson: Lesson, models: Models, emit: Emit<LessonProgress>): Promise<LessonResult> {
    const checked = checkLesson(lesson);
    return this.#alone(TEACHING, (signal) =>
      runLesson(models, checked, {
        ...this.#clock,
        signal,
        onProgress: tell(emit),
        memory: this.#memory,
        shelf: this.#shelf,
      }),
    );
  }

  /** Answers are taken one prompt after another. @throws RunError what the writing fails with; "aborted" */
  async write(ask: AnswersAsk, models: Models, emit: Emit<AnswersNews>): Promise<null> {
    const checked = checkAnswersAsk(ask);
    const say = tell(emit);
    const onProgress = (done: number, total: number): void => say({ type: "progress", done, total });
    return this.#alone(WRITING, async (signal) => {
      const cancelled = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      for await (const news of writeAnswersToJudge(models, checked, { ...this.#clock, signal, onProgress })) {
        await Promise.race([emit(news), cancelled]);
      }
      return null;
    });
  }

  async #alone<T>(sentence: string, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const working = start(controller.signal);
    const current = { sentence, controller, end: working.catch(() => undefined) };
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

  /** Ends what is under way, which then fails as aborted, and waits until it has let the models go. */
  async giveWay(): Promise<void> {
    this.#current?.controller.abort();
    await this.#current?.end;
  }
}

/** Progress is not awaited: a slow page must not slow the work. */
function tell<T>(emit: Emit<T>): (news: T) => void {
  return (news) => void (async () => emit(news))().catch(() => undefined);
}
