/**
 * Long work on the models, one at a time: lessons that teach a reward head, answers for a person to choose between, a judge
 * that reads two texts, and rewards on pairs with a known answer. The models serve nothing else meanwhile.
 */
import { checkAnswersAsk, type AnswersAsk, type AnswersNews } from "../src/core/clicks/answers.ts";
import type { ComparisonAnswer, ComparisonQuestion } from "../src/core/comparison.ts";
import type { ProbePair } from "../src/core/probe/pairs.ts";
import { checkProbeAsk, type ProbeAsk, type ProbeNews } from "../src/core/probe/ask.ts";
import { checkLesson, type Lesson, type LessonProgress, type LessonResult } from "../src/core/heads/lesson.ts";
import { writeAnswersToJudge } from "../src/engine/clicks/write-answers.ts";
import type { Models } from "../src/engine/interfaces.ts";
import { compareTexts } from "../src/engine/judge/compare-texts.ts";
import { explainChoice } from "../src/engine/judge/explain.ts";
import { pairsOf } from "../src/engine/probe/make-pairs.ts";
import { probeRewards } from "../src/engine/probe/probe-rewards.ts";
import { ratersOf } from "../src/engine/probe/raters.ts";
import { LessonMemory } from "../src/engine/teach/lesson-memory.ts";
import type { LessonShelf } from "../src/engine/teach/lesson-shelf.ts";
import { runLesson } from "../src/engine/teach/run-lesson.ts";
import type { ProbeClock } from "./probes.ts";
import type { Emit } from "./stream.ts";

const TEACHING = "A reward is being taught, and the model serves nothing else. Wait until it is done, or cancel it.";
const WRITING =
  "Answers to choose between are being written, and the model serves nothing else. Wait until it is done, or cancel it.";

const JUDGING = "A judge is reading texts, and the model serves nothing else. Wait until it is done, or cancel it.";
const PROBING =
  "Rewards are being probed with pairs of texts, and the models serve nothing else. Wait until it is done, or cancel it.";

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

  /** @throws RunError what the comparison fails with; "aborted" */
  compare(
    question: ComparisonQuestion,
    models: Models,
    heard: (done: number, total: number) => void | Promise<void>,
  ): Promise<ComparisonAnswer> {
    const say = tell(([done, total]: readonly [number, number]) => heard(done, total));
    const onProgress = (done: number, total: number): void => say([done, total]);
    return this.#alone(JUDGING, (signal) => compareTexts(question, models, { ...this.#clock, signal, onProgress }));
  }

  /** @throws RunError what the sentence fails with; "aborted" */
  explain(question: ComparisonQuestion, models: Models, onText: Emit<string>): Promise<string> {
    return this.#alone(JUDGING, (signal) =>
      explainChoice(question, models, { ...this.#clock, signal, onText: tell(onText) }),
    );
  }

  /** The verdicts on a pair are taken before the next pair is read. @throws RunError what a rater fails with; "aborted" */
  async probe(ask: ProbeAsk, models: Models, emit: Emit<ProbeNews>): Promise<null> {
    const checked = checkProbeAsk(ask);
    const { sources, asks } = checked;
    // The bundled models write after a space, and have a judge; models of others have neither.
    const raters = ratersOf({ models, isLab: models.judge !== null, sources, asks });
    return this.#alone(PROBING, async (signal) => {
      const cancelled = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      const pairs = await pairsOf(checked);
      await Promise.race([emit({ type: "pairs", counts: countsOf(pairs) }), cancelled]);
      for await (const news of probeRewards(pairs, raters, signal)) {
        await Promise.race([emit(news), cancelled]);
        await this.#clock.rest();
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

function countsOf(pairs: readonly ProbePair[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { category } of pairs) counts[category] = (counts[category] ?? 0) + 1;
  return counts;
}

/** Progress is not awaited: a slow page must not slow the work. */
function tell<T>(emit: Emit<T>): (news: T) => void {
  return (news) => void (async () => emit(news))().catch(() => undefined);
}
