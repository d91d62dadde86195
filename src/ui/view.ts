/** The views of the page. The address says which one is open, so that it can be linked and gone back from. */
import { isLessonAddress } from "../state/lessons/address.ts";

/** "lessons" is the list of them, and one lesson with the playground beside it. */
export type View = "play" | "sweep" | "lens" | "lessons";

export function viewOf(hash: string): View {
  if (isLessonAddress(hash)) return "lessons";
  return hash === "#sweep" || hash === "#lens" ? (hash.slice(1) as View) : "play";
}
