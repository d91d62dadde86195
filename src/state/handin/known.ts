/** What the page's own recordings say of its lessons, for setting a class beside them. */
import type { Trace } from "../../core/types.ts";
import { outcome, type Outcome } from "../lessons/figures.ts";
import type { Lesson } from "../lessons/lesson-file.ts";
import { askedIn, questionsOf } from "./asked.ts";
import { viewOf } from "./gather.ts";
import { figuresOf, type LaneFigures } from "./lane-figures.ts";
import type { Known } from "./class-report.ts";

export interface KnownLessons extends Known {
  /** Of a recording, lane by lane; empty where it cannot be read. */
  readonly figures: (recording: string) => readonly LaneFigures[];
}

/** Before the recordings are read, and of lessons that the page does not have. */
export function unreadKnown(lessons: readonly Lesson[]): KnownLessons {
  return { lessons: lessons.map(askedIn), recorded: () => null, figures: () => [] };
}

/** @param wanted ids of the lessons that the class handed in: the recordings of others are not fetched */
export async function readKnown(
  lessons: readonly Lesson[],
  wanted: ReadonlySet<string>,
  read: (file: string) => Promise<Trace | null>,
): Promise<KnownLessons> {
  const asked = lessons.map(askedIn);
  const files = new Set(
    lessons
      .filter(({ id }) => wanted.has(id))
      .flatMap(({ steps }) => steps.flatMap((step) => (step.type === "run" ? [step.recording] : []))),
  );
  const traces = await Promise.all([...files].map(async (file) => [file, await read(file)] as const));
  const views = new Map(traces.flatMap(([file, trace]) => (trace === null ? [] : [[file, viewOf(trace)] as const])));
  const found = new Map<string, Outcome | null>();
  for (const lesson of asked) {
    for (const question of questionsOf(lesson)) {
      const view = question.recording === null ? undefined : views.get(question.recording);
      found.set(keyOf(question), view === undefined ? null : outcome(question.question, view));
    }
  }
  return {
    lessons: asked,
    recorded: (question) => found.get(keyOf(question)) ?? null,
    figures: (recording) => {
      const view = views.get(recording);
      return view === undefined ? [] : figuresOf(view);
    },
  };
}

function keyOf({ id, recording }: ReturnType<typeof questionsOf>[number]): string {
  return `${recording ?? ""}/${id}`;
}
