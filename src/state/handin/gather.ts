/** A hand-in out of what the device keeps: progress, own runs, and the recordings that the lessons compare with. */
import type { Trace } from "../../core/types.ts";
import { reduce } from "../run/reduce.ts";
import { IDLE_VIEW, shownSample, type RunView } from "../run/view.ts";
import { judged, outcome, type Prediction } from "../lessons/figures.ts";
import type { Lesson } from "../lessons/lesson-file.ts";
import { FRESH, type KeptProgress, type Progress } from "../lessons/progress.ts";
import { askedIn, questionsOf, type AskedQuestion } from "./asked.ts";
import type { HandedLesson, HandedPrediction, HandedRun, HandIn } from "./hand-in.ts";
import { figuresOf } from "./lane-figures.ts";
import type { KeptRun, OwnRuns } from "./own-runs.ts";

export interface Kept {
  readonly learner: HandIn["learner"];
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly lessons: readonly Lesson[];
  readonly progress: KeptProgress;
  readonly own: OwnRuns;
  /** Null where a recording is missing or of another version. */
  readonly readRecording: (file: string) => Promise<Trace | null>;
}

/** Lessons that were begun, in the order of the page. What is damaged is named, and the rest is handed in. */
export async function gatherHandIn(kept: Kept): Promise<HandIn> {
  const { learner, savedAt, lessons, progress, own } = kept;
  const begun = lessons.filter(({ id }) => id in progress.lessons || own.runs.some(({ lesson }) => lesson === id));
  const known = new Set(lessons.map(({ id }) => id));
  const damaged = [...new Set([...progress.damaged, ...own.damaged])];
  const unknown = Object.keys(progress.lessons).filter((id) => !known.has(id));
  return {
    learner,
    savedAt,
    lessons: await Promise.all(begun.map((lesson) => handed(lesson, kept))),
    unread: [
      ...damaged.map((lesson) => ({ lesson: lesson.slice(0, 100), why: "damaged" as const })),
      ...unknown.map((lesson) => ({ lesson: lesson.slice(0, 100), why: "unknown" as const })),
    ],
  };
}

async function handed(lesson: Lesson, { progress, own, readRecording }: Kept): Promise<HandedLesson> {
  const mine = progress.lessons[lesson.id] ?? FRESH;
  const asked = askedIn(lesson);
  const predictions: HandedPrediction[] = [];
  for (const question of questionsOf(asked)) {
    const recording = question.recording === null ? null : await readRecording(question.recording);
    predictions.push(handedPrediction(question, mine, recording === null ? null : viewOf(recording)));
  }
  return {
    lesson: asked,
    step: Math.min(mine.step, lesson.steps.length - 1),
    steps: lesson.steps.length,
    isDone: mine.isDone,
    predictions,
    answers: asked.asked.flatMap((each) => {
      if (each.type !== "ask") return [];
      return [{ id: each.id, text: mine.answers[each.id] ?? "" }];
    }),
    runs: own.runs.filter((run) => run.lesson === lesson.id).flatMap(handedRun),
  };
}

function handedPrediction(asked: AskedQuestion, mine: Progress, recording: RunView | null): HandedPrediction {
  const { id, question } = asked;
  const made = mine.predictions[id];
  const recorded = recording === null ? null : outcome(question, recording);
  const prediction = made?.prediction ?? null;
  const own = made?.own ?? null;
  const found = own ?? recorded;
  return {
    id,
    prediction,
    word: prediction === null || recording === null ? "" : wordAt(asked, prediction, recording),
    own,
    recorded,
    verdict: prediction === null || found === null ? null : judged(question, prediction, found),
  };
}

function wordAt({ question }: AskedQuestion, prediction: Prediction, recording: RunView): string {
  if (question.type !== "word" || prediction.type !== "word") return "";
  const lane = recording.lanes[question.than];
  const step = lane === undefined ? undefined : shownSample(lane).steps[prediction.position];
  return (step?.text.trim() ?? "").slice(0, 200);
}

function handedRun({ recording, finishedAt, trace }: KeptRun): HandedRun[] {
  const figures = figuresOf(viewOf(trace));
  if (figures.length === 0) return [];
  return [{ recording, finishedAt, request: trace.request, figures, trace }];
}

/** A run as its last event left it. */
export function viewOf(trace: Trace): RunView {
  return trace.events.reduce(reduce, IDLE_VIEW);
}
