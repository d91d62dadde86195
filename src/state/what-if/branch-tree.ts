/**
 * Which lane is a branch of which, read off the tokens: a lane with an opening is a branch of the lane that says the same
 * up to the opening's last token. Nothing is stored for it, so links, files and recordings have the same tree.
 */
import type { RowStep, TokenId } from "../../core/types.ts";
import { stepsOf } from "../stage/selection.svelte.ts";
import type { StageLane } from "../stage/stage.ts";

export interface BranchNode {
  readonly lane: StageLane;
  /** Position of the forced token, the first that can differ from the parent; null for a root. */
  readonly at: number | null;
  /** The forced token; null for a root and while its text is not known. */
  readonly forced: string | null;
  /** What the parent says there; null where its text is shorter. */
  readonly instead: string | null;
  /** The first words that are this lane's own. */
  readonly words: string;
  readonly children: readonly BranchNode[];
}

/** One tree for every lane that has branches, and for every branch whose parent is not on the screen any more. */
export function branchTrees(lanes: readonly StageLane[]): readonly BranchNode[] {
  const parents = new Map(lanes.map((lane) => [lane.key, parentOf(lane, lanes)]));
  const grow = (lane: StageLane): BranchNode => {
    const parent = parents.get(lane.key) ?? null;
    const children = lanes
      .filter((each) => parents.get(each.key)?.key === lane.key)
      .map(grow)
      .toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
    return { ...facts(lane, parent), lane, children };
  };
  return lanes
    .filter((lane) => (parents.get(lane.key) ?? null) === null)
    .map(grow)
    .filter(({ lane, children }) => children.length > 0 || openingOf(lane).length > 0);
}

/** A node with how deep it lies (1 is a root), as a tree on the screen shows it line by line. */
export interface BranchLine {
  readonly node: BranchNode;
  readonly level: number;
  readonly parent: string | null;
  /** Which of how many sisters, from 1. */
  readonly place: number;
  readonly sisters: number;
}

/** The lines that show while the nodes with these keys are folded. */
export function branchLines(roots: readonly BranchNode[], folded: ReadonlySet<string>): readonly BranchLine[] {
  const walk = (nodes: readonly BranchNode[], level: number, parent: string | null): readonly BranchLine[] =>
    nodes.flatMap((node, i) => {
      const { key } = node.lane;
      const below = folded.has(key) ? [] : walk(node.children, level + 1, key);
      return [{ node, level, parent, place: i + 1, sisters: nodes.length }, ...below];
    });
  return walk(roots, 1, null);
}

export function openingOf(lane: StageLane): readonly TokenId[] {
  return lane.request.opening ?? [];
}

function parentOf(lane: StageLane, lanes: readonly StageLane[]): StageLane | null {
  const opening = openingOf(lane);
  if (opening.length === 0) return null;
  const shared = opening.length - 1;
  const own = lanes.indexOf(lane);
  // A branch is taken after the parent's own forced token: at the very place it is that branch's sister.
  const fitting = lanes.filter(
    (each) => each !== lane && openingOf(each).length <= shared && saysTheSame(each, opening, shared),
  );
  // Lanes that say the same that far: the one of the same strategy, the deepest branch, the nearest before this lane.
  const rank = (each: StageLane): readonly number[] => [
    Number(each.request.strategy.id === lane.request.strategy.id),
    openingOf(each).length,
    lanes.indexOf(each) < own ? lanes.indexOf(each) : -lanes.indexOf(each),
  ];
  return fitting.toSorted((a, b) => byPlace(rank(b), rank(a)))[0] ?? null;
}

/** A lane that is still writing is taken at its word as far as it goes. */
function saysTheSame(lane: StageLane, opening: readonly TokenId[], length: number): boolean {
  const steps = stepsOf(lane);
  const isOver = lane.view !== null && lane.view.result !== null;
  const known = steps.length > 0 ? steps.map((step) => step.token) : openingOf(lane);
  if (isOver && known.length < length) return false;
  return known.slice(0, length).every((token, i) => token === opening[i]);
}

function facts(lane: StageLane, parent: StageLane | null): Omit<BranchNode, "lane" | "children"> {
  const steps = stepsOf(lane);
  const { length } = openingOf(lane);
  const at = parent === null ? null : length - 1;
  const forced = at === null ? null : (steps[at]?.text ?? null);
  const instead = at === null || parent === null ? null : (stepsOf(parent)[at]?.text ?? null);
  return { at, forced, instead, words: wordsFrom(steps, length) };
}

const SHOWN_CHARACTERS = 60;

function wordsFrom(steps: readonly RowStep[], position: number): string {
  let words = "";
  for (const step of steps.slice(position)) {
    if (words.length + step.text.length > SHOWN_CHARACTERS) return `${words.trim()}…`;
    words += step.text;
  }
  return words.trim();
}

function byPlace(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((value, at) => value !== b[at]);
  return i === -1 ? 0 : (a[i] ?? 0) - (b[i] ?? 0);
}
