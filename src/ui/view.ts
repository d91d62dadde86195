/** The views of the page. The address says which one is open, so that it can be linked and gone back from. */
import { CLASS, HAND_IN, isLessonAddress } from "../state/lessons/address.ts";

/** "lessons" is the list of them, and one lesson with the playground beside it. */
export type View = "play" | "sweep" | "lens" | "lessons" | "hand-in" | "class";

const VIEWS: Readonly<Record<string, View>> = {
  "#sweep": "sweep",
  "#lens": "lens",
  [HAND_IN]: "hand-in",
  [CLASS]: "class",
};

export function viewOf(hash: string): View {
  return isLessonAddress(hash) ? "lessons" : (VIEWS[hash] ?? "play");
}
