/** Keys that work anywhere on the page, except where the visitor types or uses a control. */
import type { Direction } from "./selection.svelte.ts";

export type KeyAction =
  { readonly type: "move"; readonly direction: Direction } | { readonly type: "toggle" | "stop" | "step" | "help" };

const MOVES: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
};

export interface Pressed {
  readonly key: string;
  readonly hasModifier: boolean;
  /** Focus is in a text field: every key belongs to the text. */
  readonly isTyping: boolean;
  /** Focus is on a button, link, slider or list: its own keys come first. */
  readonly isOnControl: boolean;
  /** Focus is on a token of a lane. */
  readonly isOnToken: boolean;
}

/** The action of a key, or null when the browser should have it. */
export function actionOf({ key, hasModifier, isTyping, isOnControl, isOnToken }: Pressed): KeyAction | null {
  if (hasModifier || isTyping) return null;
  if (key === "Escape") return { type: "stop" };
  if (key === "?") return { type: "help" };
  if (key === ".") return { type: "step" };
  if (isOnControl && !isOnToken) return null;
  if (key === " ") return { type: "toggle" };
  const direction = MOVES[key];
  // Up, down, Home and End scroll the page unless a token is in focus.
  const isFree = key === "ArrowLeft" || key === "ArrowRight" || isOnToken;
  return direction === undefined || !isFree ? null : { type: "move", direction };
}
