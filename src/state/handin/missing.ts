/** What a hand-in lacks: said to the learner before it is saved, and to the teacher after it was read. */
import type { HandedLesson } from "./hand-in.ts";

export type Missing =
  /** The lesson was not finished: the step that was reached, counted from 1. */
  | { readonly type: "steps"; readonly step: number; readonly of: number }
  | { readonly type: "predictions"; readonly count: number }
  | { readonly type: "answers"; readonly count: number }
  | { readonly type: "own-run" }
  /** Runs that the file was too small for; their figures are there. */
  | { readonly type: "traces"; readonly count: number };

export function missingIn({ step, steps, isDone, predictions, answers, runs }: HandedLesson): readonly Missing[] {
  const unpredicted = predictions.filter(({ prediction }) => prediction === null).length;
  const unanswered = answers.filter(({ text }) => text.trim() === "").length;
  const bare = runs.filter(({ trace }) => trace === null).length;
  return [
    ...(isDone ? [] : [{ type: "steps" as const, step: step + 1, of: steps }]),
    ...(unpredicted === 0 ? [] : [{ type: "predictions" as const, count: unpredicted }]),
    ...(unanswered === 0 ? [] : [{ type: "answers" as const, count: unanswered }]),
    ...(runs.length > 0 ? [] : [{ type: "own-run" as const }]),
    ...(bare === 0 ? [] : [{ type: "traces" as const, count: bare }]),
  ];
}
