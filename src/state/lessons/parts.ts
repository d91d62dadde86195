/**
 * Parts of the page that a lesson can point at, and that a lesson or a class link can leave out. A component marks its part
 * by `data-part`, and `ui/lessons/parts.css` hides and outlines by that mark. Errors, notices, the models with their
 * licences, help and the way out are no parts, so nothing hides them.
 */
export const PARTS = [
  "world",
  "views",
  "share",
  "prompt",
  "system",
  "objectives",
  "rewards",
  "more-rewards",
  "strength",
  "sampling",
  "seed",
  "run",
  "colours",
  "recordings",
  "lanes",
  "lane-menus",
  "board",
  "inspector",
  "sentence",
  "comparison",
  "reset",
] as const;
export type Part = (typeof PARTS)[number];

/** The text and the button that runs are never left out: a page without them shows nothing. */
export const KEPT_PARTS: readonly Part[] = ["lanes", "run"];

/** The parts that are left out where only some are wanted. */
export function hiddenParts(wanted: readonly Part[]): readonly Part[] {
  return PARTS.filter((part) => !wanted.includes(part) && !KEPT_PARTS.includes(part));
}
