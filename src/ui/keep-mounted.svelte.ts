/** Mounts the page, and mounts it anew where others changed its text, so that every number on it is the state's. */
import { mount, unmount } from "svelte";
import type { Playground } from "../state/playground.svelte.ts";
import App from "./App.svelte";
import { watchForeignChanges, type ForeignChanges } from "./foreign-changes.ts";

/** A run writes many times a second, and a translator after each. */
const PAUSE_MS = 150;

export function keepMounted(target: HTMLElement, playground: Playground): void {
  let app = mount(App, { target, props: { playground } });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let watch: ForeignChanges;

  function remount(): void {
    timer = undefined;
    watch.stop();
    const goBack = placeOfVisitor();
    try {
      void unmount(app);
    } catch {
      // Where nodes are gone, taking the rest away may fail; all of it goes now.
    }
    target.replaceChildren();
    app = mount(App, { target, props: { playground } });
    goBack();
    watch = watchForeignChanges(target, soon);
  }
  function soon(): void {
    timer ??= setTimeout(remount, PAUSE_MS);
  }

  watch = watchForeignChanges(target, soon);
  $effect.root(() => {
    $effect(() => {
      // A translated page stays as it is until it would say something old.
      if (shownState(playground).length > 0 && watch.take()) soon();
    });
  });
}

/** All state that the page shows: an effect that reads it runs when any of it changes. */
function shownState(playground: Playground): readonly unknown[] {
  const { run, settings, prefs, models, selection, share, reweighing, hub, comparison, lanes } = playground;
  return [
    run.view,
    run.isActive,
    run.isPaused,
    settings.data,
    prefs.data,
    models.state,
    models.memory,
    selection.current,
    share.notice,
    reweighing.view,
    hub.inUse,
    comparison.now?.comparisons,
    lanes,
  ];
}

/** Where the visitor is: what has the focus, the part of its text that is marked, and how far the page is scrolled. */
function placeOfVisitor(): () => void {
  const { activeElement: before } = document;
  const [left, top] = [scrollX, scrollY];
  return () => {
    scrollTo(left, top);
    if (!(before instanceof HTMLElement) || before === document.body) return;
    const same = Array.from(document.querySelectorAll<HTMLElement>(before.localName)).find(
      (each) => markOf(each) === markOf(before),
    );
    same?.focus({ preventScroll: true });
    if (isTextField(before) && same !== undefined && isTextField(same) && before.selectionStart !== null) {
      same.setSelectionRange(before.selectionStart, before.selectionEnd);
    }
  };
}

function isTextField(element: HTMLElement): element is HTMLInputElement | HTMLTextAreaElement {
  return element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && element.type === "text");
}

function markOf(element: HTMLElement): string {
  return ["aria-label", "data-position", "name", "class"].map((name) => element.getAttribute(name) ?? "").join("\n");
}
