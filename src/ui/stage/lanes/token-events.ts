/** Listeners on a lane's text, delegated so that a token costs no listener of its own. */
import type { Attachment } from "svelte/attachments";

interface Handlers {
  readonly select: (position: number) => void;
  readonly hover: (position: number | null, at: HTMLElement | null) => void;
}

function tokenOf(target: EventTarget | null): { position: number; element: HTMLElement } | null {
  const element = target instanceof Element ? target.closest<HTMLElement>("[data-position]") : null;
  return element === null ? null : { element, position: Number(element.dataset["position"]) };
}

export function tokenEvents({ select, hover }: Handlers): Attachment<HTMLElement> {
  return (text) => {
    const controller = new AbortController();
    const { signal } = controller;
    let turn = 0;
    const choose = (event: Event): void => {
      const token = tokenOf(event.target);
      if (token === null) return;
      turn++;
      select(token.position);
      hover(token.position, token.element);
    };
    const point = (event: Event): void => {
      const token = tokenOf(event.target);
      turn++;
      hover(token?.position ?? null, token?.element ?? null);
    };
    // A token that is taken away while it has the focus says so in the middle of an update, when no state may change.
    const leave = (): void => {
      const own = ++turn;
      queueMicrotask(() => {
        if (own === turn) hover(null, null);
      });
    };
    text.addEventListener("click", choose, { signal });
    text.addEventListener("focusin", choose, { signal });
    text.addEventListener("focusout", leave, { signal });
    text.addEventListener("pointerover", point, { signal });
    text.addEventListener("pointerleave", leave, { signal });
    return () => controller.abort();
  };
}

/** Keeps the newest token in sight while text grows, unless the visitor has scrolled up to read. */
export function followTail(length: () => number): Attachment<HTMLElement> {
  return (box) => {
    if (length() === 0) return;
    const distance = box.scrollHeight - box.scrollTop - box.clientHeight;
    const line = 64;
    if (distance < line) box.scrollTop = box.scrollHeight;
  };
}
