/** Reads a key press off the document, and puts the focus on a token. */
import type { Pressed } from "../state/stage/keys.ts";
import type { Place } from "../state/stage/selection.svelte.ts";

const TYPING = "textarea, select, [contenteditable], input:not([type=range], [type=checkbox], [type=radio])";
const CONTROL = "button, a, input, select, [role=option], [role=treeitem]";

export function pressedFrom(event: KeyboardEvent): Pressed {
  const target = event.target instanceof Element ? event.target : document.body;
  const isElsewhere = document.querySelector("dialog[open], [popover]:popover-open") !== null;
  return {
    key: event.key,
    hasModifier: event.ctrlKey || event.metaKey || event.altKey,
    // An open dialog or popover closes by Escape and takes its own keys.
    isTyping: isElsewhere || target.closest(TYPING) !== null,
    isOnControl: target.closest(CONTROL) !== null,
    isOnToken: target.closest("[role=option]") !== null,
  };
}

/** After the screen has followed the selection; a lane that shows a table has no token to focus. */
export function focusToken(place: Place): void {
  requestAnimationFrame(() => {
    const lane = `[data-lane="${CSS.escape(place.key)}"]`;
    document.querySelector<HTMLElement>(`${lane} [data-position="${place.position}"]`)?.focus();
  });
}
