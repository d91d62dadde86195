/** Words of the tree of branches. */
import { localized } from "./language.ts";

export const branches = localized("branches.branches", {
  title: "Branches",
  token: (position: number) => `token ${position + 1}:`,
  not: "not",
  quoted: (words: string) => `“${words}”`,
  show: "Show lane",
  rewind: "Rewind to the fork",
  remove: "Remove branch",
  keys: "Arrow keys move · Enter shows the lane · Backspace rewinds · Delete removes",
});
