/** What a lesson may do with the page. */
import type { LessonHost } from "../../state/lessons/desk.svelte.ts";
import type { Playground } from "../../state/playground.svelte.ts";

/** @param root whose data attributes `parts.css` reads */
export function lessonHost(playground: Playground, root: { readonly dataset: DOMStringMap }): LessonHost {
  const { run, settings, examples, storage } = playground;
  return {
    storage,
    settings,
    run,
    enterWorld: (world) => playground.enterWorld(world),
    clearStage: () => playground.clearStage(),
    readRecording: (file) => examples.read(file),
    play: (file, world, isInstant) => playground.playExample({ file, title: "", world }, true, isInstant),
    show: ({ hidden, lit }) => {
      root.dataset["hide"] = hidden.join(" ");
      root.dataset["lit"] = lit ?? "";
    },
  };
}
