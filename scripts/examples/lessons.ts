/** The recordings of the lessons: what each run step asks for, by the settings of its lesson. */
import { SHIPPED_LESSONS } from "../../src/state/lessons/shipped.ts";
import { lessonSettings } from "../../src/state/lessons/lesson-settings.ts";
import { toRequest } from "../../src/state/settings/to-request.ts";
import type { Example } from "./requests.ts";

export const LESSON_EXAMPLES: readonly Example[] = SHIPPED_LESSONS.flatMap((lesson) =>
  lesson.steps.flatMap((step): Example[] => {
    if (step.type !== "run") return [];
    const settings = lessonSettings(lesson, step.settings);
    if (settings === null) throw new Error(`${lesson.id}: settings of ${step.recording} are out of bounds`);
    const { world, title } = lesson;
    return [{ file: step.recording, title: title.en, world, judge: settings.judge, request: toRequest(settings) }];
  }),
);
