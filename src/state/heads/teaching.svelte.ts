/** A lesson on the page: what is written for it, how far it has come, and what came of it. */
import { toErrorData, type ErrorData } from "../../core/errors.ts";
import {
  LESSON_LIMITS,
  LESSON_PHASES,
  type HeadTrial,
  type Lesson,
  type LessonPhase,
  type LessonProgress,
  type LessonTeacher,
} from "../../core/heads/lesson.ts";
import { Pace } from "../../core/pace.ts";
import type { WatchClock } from "../worker/supervisor.ts";
import type { Supervisor } from "../worker/supervisor.ts";
import type { KeptText } from "../settings/tab-storage.ts";
import { lessonOf, readDraft, type LessonDraft } from "./lesson-draft.ts";
import { readOpenLesson, type OpenLesson } from "./open-lesson.ts";
import type { HeadEntry } from "./head-entry.ts";
import type { Heads } from "./heads.svelte.ts";

export type TeachState =
  | { readonly status: "idle" }
  /** The model that is to learn is on its way. */
  | { readonly status: "loading" }
  | {
      readonly status: "teaching";
      readonly progress: LessonProgress | null;
      /** Of the whole lesson. */
      readonly done: number;
      readonly secondsLeft: number | null;
    }
  | { readonly status: "taught"; readonly entry: HeadEntry; readonly trial: HeadTrial }
  | { readonly status: "failed"; readonly error: ErrorData };

/**
 * Parts of the time that the phases take on SmolLM2-135M-Instruct with one thread: of two instructions as measured
 * (docs/heads.md), of a scorer as reckoned from that. Other models differ, and so does the time that is said to be left.
 */
const SHARES: Readonly<Record<LessonTeacher["kind"], Readonly<Record<LessonPhase, number>>>> = {
  contrast: { sample: 0.29, read: 0.59, fit: 0.03, try: 0.09 },
  scorer: { sample: 0.75, read: 0.02, fit: 0.11, try: 0.12 },
};
const DRAFT_KEY = "tiller.lesson";
/** The lesson that is under way, in words of storage; empty where none is. */
const OPEN_KEY = "tiller.lesson.open";

export interface TeachHost {
  readonly supervisor: Supervisor;
  readonly heads: Heads;
  readonly clock: WatchClock;
  readonly storage: KeptText | null;
  /** Loads the model that the visitor uses; whether it is here. Ends what runs on it. */
  readonly prepare: () => Promise<boolean>;
  /** The reward is there: give it a slider. */
  readonly use: (entry: HeadEntry) => void;
}

export class Teaching {
  state = $state.raw<TeachState>({ status: "idle" });
  draft = $state.raw<LessonDraft>(readDraft(null));
  /** A lesson that began in a tab which was closed in the middle of it: what it wrote is kept. */
  cutOff = $state.raw<OpenLesson | null>(null);
  readonly #host: TeachHost;

  constructor(host: TeachHost) {
    this.#host = host;
    this.draft = readDraft(host.storage?.getItem(DRAFT_KEY) ?? null);
    this.cutOff = readOpenLesson(host.storage?.getItem(OPEN_KEY) ?? null);
  }

  get isBusy(): boolean {
    return this.state.status === "loading" || this.state.status === "teaching";
  }

  write(patch: Partial<LessonDraft>): void {
    this.draft = { ...this.draft, ...patch };
    this.#host.storage?.setItem(DRAFT_KEY, JSON.stringify(this.draft));
  }

  /** Back to the form. */
  again(): void {
    if (!this.isBusy) this.state = { status: "idle" };
  }

  /** As the form says. */
  start(): Promise<void> {
    return this.#teach(lessonOf(this.draft), null);
  }

  /** More answers to the same prompts improve a head that was taught here. */
  async goOn(old: HeadEntry): Promise<void> {
    if (canGoOn(old)) await this.#teach({ ...old.lesson, rounds: old.lesson.rounds + 1 }, old);
  }

  /** The lesson that was cut off, from where it was. */
  async goOnCutOff(): Promise<void> {
    if (this.cutOff === null) return;
    const { lesson, old } = this.cutOff;
    await this.#teach(lesson, this.#host.heads.own.find(({ card }) => card.id === old) ?? null);
  }

  /** The lesson that was cut off is of no more use. What it wrote makes room when the next one begins. */
  forgetCutOff(): void {
    this.#note(null);
  }

  #note(open: OpenLesson | null): void {
    this.cutOff = null;
    this.#host.storage?.setItem(OPEN_KEY, open === null ? "" : JSON.stringify(open));
  }

  async #teach(lesson: Lesson, old: HeadEntry | null): Promise<void> {
    if (this.isBusy) return;
    const { supervisor, heads, clock, prepare, use } = this.#host;
    this.state = { status: "loading" };
    const isHere = await prepare();
    if (this.state.status !== "loading") return;
    if (!isHere) {
      this.state = { status: "idle" };
      return;
    }
    this.state = { status: "teaching", progress: null, done: 0, secondsLeft: null };
    this.#note({ lesson, old: old?.card.id ?? null });
    const pace = new Pace();
    try {
      const settled = await supervisor.callLong(clock, (api, heard) =>
        api.teach(lesson, (progress) => {
          heard();
          if (this.state.status !== "teaching") return;
          const done = doneOf(progress, lesson.teacher.kind);
          pace.mark(clock.now(), done);
          this.state = { status: "teaching", progress, done, secondsLeft: pace.secondsLeft(1 - done) };
        }),
      );
      if (!settled.ok) return this.#fail(settled.error);
      const { file, value, trial } = settled.value;
      const entry = await heads.keep(file, { trial, lesson, old });
      if (value !== null) {
        const before = heads.own.find(({ card }) => card.id === `${entry.card.id}-value`) ?? null;
        await heads.keep(value, { trial: null, lesson: null, old: old === null ? null : before });
      }
      use(entry);
      this.#note(null);
      this.state = { status: "taught", entry, trial };
    } catch (error) {
      this.#fail(toErrorData(error));
    }
  }

  async cancel(): Promise<void> {
    if (this.state.status === "loading") this.state = { status: "idle" };
    else if (this.state.status === "teaching") await this.#host.supervisor.askToStop((api) => api.cancelTeach());
  }

  #fail(error: ErrorData): void {
    this.#note(null);
    this.state = error.code === "aborted" ? { status: "idle" } : { status: "failed", error };
  }
}

export function canGoOn(entry: HeadEntry): entry is HeadEntry & { readonly lesson: Lesson } {
  return entry.lesson !== null && entry.lesson.rounds < LESSON_LIMITS.rounds.max;
}

/** Share of the whole lesson. */
export function doneOf({ phase, done, total }: LessonProgress, kind: LessonTeacher["kind"]): number {
  const shares = SHARES[kind];
  const before = LESSON_PHASES.slice(0, LESSON_PHASES.indexOf(phase));
  const past = before.reduce((sum, each) => sum + shares[each], 0);
  return past + shares[phase] * (total === 0 ? 1 : Math.min(1, done / total));
}
