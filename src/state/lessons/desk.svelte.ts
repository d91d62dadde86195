/**
 * A lesson in hand: which step is shown, what the learner predicted, and what the runs made of it. Opening a lesson lends it
 * the page's settings; leaving gives the visitor's own settings back, also after a reload in between.
 */
import type { Trace } from "../../core/types.ts";
import { reduce } from "../run/reduce.ts";
import type { Run } from "../run/run.svelte.ts";
import { IDLE_VIEW, type RunView } from "../run/view.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import type { KeptText } from "../settings/tab-storage.ts";
import type { World } from "../settings/worlds.ts";
import { keepBefore, restoreBefore } from "./before.ts";
import { outcome, type Outcome, type Prediction } from "./figures.ts";
import type { Lesson, LessonStep, StepOf } from "./lesson-file.ts";
import { lessonSettings } from "./lesson-settings.ts";
import { firstRun, laneNames, lastRun, nextRun } from "./run-steps.ts";
import { hiddenParts, type Part } from "./parts.ts";
import { FRESH, keepProgress, keptProgress, withAnswer, withOwn, withPrediction, type Progress } from "./progress.ts";

export interface LessonHost {
  readonly storage: KeptText | null;
  readonly settings: Settings;
  readonly run: Run;
  readonly enterWorld: (world: World) => Promise<void>;
  /** Stops what runs and empties the stage. */
  readonly clearStage: () => Promise<void>;
  /** Null where the file is missing or of another version. */
  readonly readRecording: (file: string) => Promise<Trace | null>;
  readonly play: (file: string, world: World, isInstant: boolean) => Promise<void>;
  /** Keeps a run of the learner's own, to be handed in. */
  readonly keepRun: (own: OwnRun) => void;
  /** Leaves parts of the page out, and outlines one. */
  readonly show: (look: { readonly hidden: readonly Part[]; readonly lit: Part | null }) => void;
}

/** A run that the learner made at a run step, which `recording` names within its lesson. */
export interface OwnRun {
  readonly lesson: string;
  readonly recording: string;
  readonly trace: Trace;
}

export class LessonDesk {
  lesson = $state.raw<Lesson | null>(null);
  progress = $state.raw<Progress>(FRESH);
  /** The recordings of the lesson, as their last event left them, by file; null where one is missing. */
  recordings = $state.raw<Readonly<Record<string, RunView | null>>>({});
  /** How far the learner is in every lesson. */
  kept = $state.raw<Readonly<Record<string, Progress>>>({});
  readonly step: LessonStep | null;
  /** The last run step up to here, whose settings hold. */
  readonly runStep: StepOf<"run"> | null;
  /** Names of the lanes of the run that answers the question of this step. */
  readonly lanes: readonly string[];
  /** What the run on the stage says about the question of an answer step: of the learner's own run, or null. */
  readonly own: Outcome | null;
  readonly #host: LessonHost;
  /** The run that was kept last: every run is kept once. */
  #keptRun = "";

  constructor(host: LessonHost) {
    this.#host = host;
    this.kept = keptProgress(host.storage);
    this.step = $derived(this.lesson?.steps[this.progress.step] ?? null);
    this.runStep = $derived(lastRun(this.lesson, this.progress.step));
    this.lanes = $derived(laneNames(this.lesson, nextRun(this.lesson, this.progress.step) ?? this.runStep));
    this.own = $derived(this.#ownOutcome());
  }

  /** Opens a lesson where the learner left it; one that was finished begins anew, with the written answers still there. */
  async open(lesson: Lesson): Promise<void> {
    if (this.lesson === null) keepBefore(this.#host.storage, this.#host.settings);
    this.kept = keptProgress(this.#host.storage);
    const kept = this.kept[lesson.id] ?? FRESH;
    const step = kept.isDone ? 0 : Math.min(kept.step, lesson.steps.length - 1);
    this.recordings = {};
    this.lesson = lesson;
    // Who does it again predicts again.
    const predictions = kept.isDone ? {} : kept.predictions;
    this.progress = { ...kept, predictions, step, isDone: false };
    await this.#host.enterWorld(lesson.world);
    await this.#enter(true);
  }

  /** Back to the visitor's own world and settings. */
  async leave(): Promise<void> {
    this.lesson = null;
    this.#host.show({ hidden: [], lit: null });
    await this.#host.clearStage();
    const before = restoreBefore(this.#host.storage);
    if (before === null) return;
    await this.#host.enterWorld(before.world);
    this.#host.settings.visit(before.settings);
  }

  async next(): Promise<void> {
    const { lesson, step } = this;
    if (lesson === null) return;
    if (this.progress.step === lesson.steps.length - 1) return this.finish();
    // Who skips a run still sees what it would show.
    if (step?.type === "run" && this.#host.run.view.phase !== "finished") await this.playRecording(true);
    await this.#goTo(this.progress.step + 1);
  }

  async back(): Promise<void> {
    if (this.progress.step > 0) await this.#goTo(this.progress.step - 1);
  }

  /** The last step is done; the lesson stays open until the learner leaves it. */
  finish(): void {
    this.#keep({ ...this.progress, isDone: true });
  }

  predict(prediction: Prediction): void {
    if (this.step?.type === "predict") this.#keep(withPrediction(this.progress, this.step.id, prediction));
  }

  write(text: string): void {
    if (this.step?.type === "ask") this.#keep(withAnswer(this.progress, this.step.id, text));
  }

  /** Keeps what the learner's own run says, once. */
  noteOwn(): void {
    const { step, own } = this;
    if (step?.type !== "answer" || own === null) return;
    const seed = this.#host.run.view.request?.seed ?? 0;
    this.#keep(withOwn(this.progress, step.of, own, seed));
  }

  /** Keeps the learner's own run once it has finished. */
  noteRun(): void {
    const { lesson, runStep } = this;
    const { run, keepRun } = this.#host;
    const { phase, runId } = run.view;
    if (lesson === null || runStep === null || run.source !== "live" || phase !== "finished") return;
    const trace = runId === this.#keptRun ? null : run.trace();
    if (trace === null) return;
    this.#keptRun = runId;
    keepRun({ lesson: lesson.id, recording: runStep.recording, trace });
  }

  async playRecording(isInstant: boolean): Promise<void> {
    const { lesson, runStep } = this;
    if (lesson !== null && runStep !== null) await this.#host.play(runStep.recording, lesson.world, isInstant);
  }

  /** The prediction that an answer step comes back to. */
  predictionStep(of: string): StepOf<"predict"> | null {
    const found = this.lesson?.steps.find((each) => each.type === "predict" && each.id === of);
    return found?.type === "predict" ? found : null;
  }

  /** What the recording says about the question of an answer step; null while it is read, or where it is missing. */
  recorded(of: string): Outcome | null {
    const asked = this.predictionStep(of);
    const view = this.runStep === null ? null : (this.recordings[this.runStep.recording] ?? null);
    return asked === null || view === null ? null : outcome(asked.question, view);
  }

  #ownOutcome(): Outcome | null {
    const { run } = this.#host;
    if (this.step?.type !== "answer" || run.source !== "live") return null;
    const asked = this.predictionStep(this.step.of);
    return asked === null ? null : outcome(asked.question, run.view);
  }

  async #goTo(step: number): Promise<void> {
    const before = this.runStep;
    this.#keep({ ...this.progress, step });
    await this.#enter(before !== this.runStep || this.step?.type === "run");
  }

  /** @param isFresh the step needs other settings than those on the screen, so the text there goes */
  async #enter(isFresh: boolean): Promise<void> {
    const { lesson, step, runStep } = this;
    if (lesson === null || step === null) return;
    const lit = step.type === "look" || step.type === "answer" ? step.part : step.type === "run" ? "run" : null;
    this.#host.show({ hidden: hiddenParts(lesson.parts), lit });
    if (isFresh) {
      // Before the first run its lanes stand there empty.
      const settings = lessonSettings(lesson, (runStep ?? firstRun(lesson))?.settings ?? {});
      await this.#host.clearStage();
      if (settings !== null) this.#host.settings.visit(settings);
      // Come back to a step after a run: the recording stands in for it.
      if (runStep !== null && step !== runStep) await this.playRecording(true);
    }
    await this.#readRecording();
  }

  async #readRecording(): Promise<void> {
    const file = this.runStep?.recording;
    if (file === undefined || file in this.recordings) return;
    const trace = await this.#host.readRecording(file);
    const view = trace?.events.reduce(reduce, IDLE_VIEW) ?? null;
    this.recordings = { ...this.recordings, [file]: view };
  }

  #keep(progress: Progress): void {
    this.progress = progress;
    if (this.lesson === null) return;
    keepProgress(this.#host.storage, this.lesson.id, progress);
    this.kept = { ...this.kept, [this.lesson.id]: progress };
  }
}
