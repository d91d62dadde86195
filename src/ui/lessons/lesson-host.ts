/** What a lesson may do with the page. */
import { keepOwnRun } from "../../state/handin/own-runs.ts";
import type { LessonHost } from "../../state/lessons/desk.svelte.ts";
import type { Playground } from "../../state/playground.svelte.ts";

export function lessonHost(playground: Playground): LessonHost {
  const { run, settings, examples, classroom } = playground;
  const { storage, lessonRuns, today } = playground.around;
  return {
    storage,
    settings,
    run,
    enterWorld: (world) => playground.enterWorld(world),
    clearStage: () => playground.clearStage(),
    readRecording: (file) => examples.read(file),
    play: (file, world, isInstant) => playground.playExample({ file, title: "", world }, true, isInstant),
    keepRun: (own) => void keepOwnRun(lessonRuns, own, today()),
    show: (look) => classroom.showLesson(look),
  };
}
