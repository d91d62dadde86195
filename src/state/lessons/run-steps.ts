/** Which run of a lesson belongs to which of its steps. */
import { laneName } from "../settings/to-request.ts";
import type { Lesson, StepOf } from "./lesson-file.ts";
import { lessonSettings } from "./lesson-settings.ts";

type RunStep = StepOf<"run">;

export function firstRun({ steps }: Lesson): RunStep | null {
  return steps.find((each) => each.type === "run") ?? null;
}

/** @param upTo place of a step, counted from 0 and included */
export function lastRun(lesson: Lesson | null, upTo: number): RunStep | null {
  const runs = (lesson?.steps ?? []).slice(0, upTo + 1).filter((each) => each.type === "run");
  return runs.at(-1) ?? null;
}

/** Null for a step that predicts nothing, whose lanes stand on the stage. */
export function nextRun(lesson: Lesson | null, at: number): RunStep | null {
  const steps = lesson?.steps ?? [];
  if (steps[at]?.type !== "predict") return null;
  return steps.slice(at).find((each) => each.type === "run") ?? null;
}

export function laneNames(lesson: Lesson | null, run: RunStep | null): readonly string[] {
  const settings = lesson === null || run === null ? null : lessonSettings(lesson, run.settings);
  return settings?.lanes.map((lane) => laneName(settings, lane)) ?? [];
}

/** The run that answers a prediction: the last one before its answer, or the next one where nothing answers it. */
export function answeringRun(lesson: Lesson, prediction: string): RunStep | null {
  const answer = lesson.steps.findIndex((each) => each.type === "answer" && each.of === prediction);
  if (answer !== -1) return lastRun(lesson, answer);
  return nextRun(
    lesson,
    lesson.steps.findIndex((each) => each.type === "predict" && each.id === prediction),
  );
}
