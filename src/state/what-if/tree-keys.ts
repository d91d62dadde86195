/** The keys of a tree, after the WAI-ARIA Authoring Practices (tree view pattern): what a key means at a line. */
import type { BranchLine } from "./branch-tree.ts";

export type TreeAction =
  | { readonly type: "focus"; readonly key: string }
  | { readonly type: "fold" | "unfold" | "show" | "rewind" | "remove"; readonly key: string };

/** @returns what to do, or null when the key is none of the tree's */
export function treeAction(
  pressed: string,
  lines: readonly BranchLine[],
  current: string,
  folded: ReadonlySet<string>,
): TreeAction | null {
  const index = lines.findIndex(({ node }) => node.lane.key === current);
  const line = lines[index];
  if (line === undefined) return null;
  const focus = (to: string | null | undefined): TreeAction | null =>
    to === null || to === undefined ? null : { type: "focus", key: to };
  const keyAt = (i: number): string | undefined => lines.at(i)?.node.lane.key;
  const hasChildren = line.node.children.length > 0;
  const isFolded = folded.has(current);
  switch (pressed) {
    case "ArrowDown":
      return index + 1 < lines.length ? focus(keyAt(index + 1)) : null;
    case "ArrowUp":
      return index > 0 ? focus(keyAt(index - 1)) : null;
    case "ArrowRight":
      if (!hasChildren) return null;
      return isFolded ? { type: "unfold", key: current } : focus(line.node.children[0]?.lane.key);
    case "ArrowLeft":
      return hasChildren && !isFolded ? { type: "fold", key: current } : focus(line.parent);
    case "Home":
      return focus(keyAt(0));
    case "End":
      return focus(keyAt(-1));
    case "Enter":
    case " ":
      return { type: "show", key: current };
    case "Backspace":
      return line.parent === null ? null : { type: "rewind", key: current };
    case "Delete":
      return line.parent === null ? null : { type: "remove", key: current };
    default:
      return null;
  }
}
