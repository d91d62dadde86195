/** What a key means while two answers stand side by side. */
import type { KeptClick } from "../../state/clicks/session.ts";

const CHOICES: Readonly<Record<string, KeptClick["choice"]>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowDown: "same",
};
/** Text is written there, or a table scrolled: its own keys come first. */
const OWN_KEYS = "textarea, input, [data-scroll]";

/** Null for a key that the browser should have. */
export function meaningOf(event: KeyboardEvent): KeptClick["choice"] | "undo" | null {
  const at = event.target instanceof Element ? event.target : null;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || at?.closest(OWN_KEYS)) return null;
  return event.key === "Backspace" ? "undo" : (CHOICES[event.key] ?? null);
}
