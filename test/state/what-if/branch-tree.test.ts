import { describe, expect, test } from "vitest";
import type { RowStep, StrategyId } from "../../../src/core/types.ts";
import { branchLines, branchTrees, type BranchNode } from "../../../src/state/what-if/branch-tree.ts";
import { Playground } from "../../../src/state/playground.svelte.ts";
import { defaultSettings } from "../../../src/state/settings/settings-data.ts";
import type { StageLane } from "../../../src/state/stage/stage.ts";
import { strategyOf } from "../../../src/state/settings/to-request.ts";
import { treeAction } from "../../../src/state/what-if/tree-keys.ts";
import { fc } from "../../properties.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";

/** A lane that says one letter a token; `forced` letters stand in its opening. */
function lane(key: string, said: string, forced = 0, strategy: StrategyId = "genarm", isOver = true): StageLane {
  const settings = defaultSettings();
  const own = settings.lanes.find((each) => each.strategy === strategy) ?? settings.lanes[0]!;
  const steps = [...said].map((text, position): RowStep => {
    const token = text.charCodeAt(0);
    const numbers = { logprob: -1, baseLogprob: -1, kl: 0, klSteer: 0, entropy: 1, logZ: 0, contributions: {} };
    return { lane: 0, sample: 0, position, token, text, plainToken: token, plainText: text, ...numbers };
  });
  const request = {
    name: key,
    strategy: strategyOf(settings, own),
    sampling: { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 },
    ...(forced > 0 && { opening: [...said].slice(0, forced).map((text) => text.charCodeAt(0)) }),
  };
  const result = isOver ? ({ chosen: 0 } as NonNullable<StageLane["view"]>["result"]) : null;
  const view = { request, samples: [{ steps, result: null }], marks: [], moves: [], blocks: [], result };
  return { key, letter: key, request, index: 0, view, settings: null };
}

/** "a(b@2(c@4))": keys, places and nesting in one line. */
function drawn(nodes: readonly BranchNode[]): string {
  return nodes
    .map(({ lane: { key }, at, children }) => {
      const below = children.length === 0 ? "" : `(${drawn(children)})`;
      return `${key}${at === null ? "" : `@${at}`}${below}`;
    })
    .join(" ");
}

describe("the tree of branches", () => {
  test.each([
    ["lanes without branches are no tree", [lane("a", "abcdef"), lane("b", "abxdef")], ""],
    ["a branch hangs on the lane that says the same before it", [lane("a", "abcdef"), lane("b", "abXyz", 3)], "a(b@2)"],
    [
      "a branch of a branch hangs on the branch",
      [lane("a", "abcdef"), lane("b", "abXyzw", 3), lane("c", "abXyQ", 5)],
      "a(b@2(c@4))",
    ],
    [
      "another candidate at the same place is a sister",
      [lane("a", "abcdef"), lane("b", "abXyz", 3), lane("c", "abYyz", 3)],
      "a(b@2 c@2)",
    ],
    [
      "sisters stand in the order of the text",
      [lane("a", "abcdef"), lane("b", "abcdX", 5), lane("c", "aY", 2)],
      "a(c@1 b@4)",
    ],
    [
      "of two lanes with one beginning the same strategy is the parent",
      [lane("p", "abcdef", 0, "base"), lane("a", "abcdef"), lane("b", "abcX", 4), lane("v", "abcZ", 4, "base")],
      "p(v@3) a(b@3)",
    ],
    [
      "of twins the nearest before it is the parent",
      [lane("a", "abcdef"), lane("t", "abcdef"), lane("b", "abcX", 4), lane("z", "abcdef")],
      "t(b@3)",
    ],
    ["a branch without its parent is a root", [lane("b", "abcX", 4), lane("c", "zzz")], "b"],
    ["a text that ended before the place is no parent", [lane("a", "ab"), lane("b", "abcX", 4)], "b"],
    [
      "a text that is not there yet may still become one",
      [lane("a", "ab", 0, "genarm", false), lane("b", "abcX", 4, "genarm", false)],
      "a(b@3)",
    ],
    [
      "going on from a token without another word is a branch too",
      [lane("a", "abcdef"), lane("b", "abcxyz", 3)],
      "a(b@2)",
    ],
  ])("%s", (_, lanes, expected) => {
    expect(drawn(branchTrees(lanes))).toBe(expected);
  });

  test("tells the forced word, the parent's word and the first words of its own", () => {
    const [root] = branchTrees([lane("a", "abcdef"), lane("b", "abXyz", 3)]);
    expect(root?.children[0]).toMatchObject({ forced: "X", instead: "c", words: "yz" });
    expect(root).toMatchObject({ at: null, forced: null, instead: null, words: "abcdef" });
  });

  test("has every lane once at most, and each branch below a lane that agrees with it", () => {
    const texts = fc.array(fc.tuple(fc.stringMatching(/^[ab]{1,6}$/), fc.nat(4)), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(texts, (all) => {
        const lanes = all.map(([text, forced], i) => lane(`k${i}`, text, Math.min(forced, text.length)));
        const lines = branchLines(branchTrees(lanes), new Set());
        const keys = lines.map(({ node }) => node.lane.key);
        expect(new Set(keys).size).toBe(keys.length);
        for (const { lane: each } of lines.map(({ node }) => node)) expect(lanes).toContain(each);
        for (const each of lanes) if (each.request.opening !== undefined) expect(keys).toContain(each.key);
        const said = (key: string | null) => all[Number(key?.slice(1))]?.[0] ?? "";
        for (const { node, parent } of lines) {
          if (parent === null) continue;
          expect(said(node.lane.key).slice(0, node.at ?? 0)).toBe(said(parent).slice(0, node.at ?? 0));
        }
      }),
      { numRuns: 300 },
    );
  });

  test("is read off the openings that branches on the page begin with", async () => {
    const playground = new Playground(fakeSurroundings());
    await playground.start();
    const take = async (key: string, position: number, by: number): Promise<void> => {
      const found = playground.lanes.find((each) => each.key === key)!;
      const step = found.view!.samples[0]!.steps[position]!;
      await playground.branching.branch({ lane: found, step, isChosenByVisitor: true }, step.token + by, " other");
    };
    // The fake engine writes what it likes; only the openings and the tree they make count here.
    await take("b", 5, 1);
    expect(playground.lanes.map((each) => each.key)).toEqual(["a", "b", "e", "c", "d"]);
    expect(playground.lanes[2]?.request.opening).toHaveLength(6);
  });
});

describe("keys in the tree", () => {
  const roots = branchTrees([
    lane("a", "abcdef"),
    lane("b", "abXyzw", 3),
    lane("c", "abXyQ", 5),
    lane("d", "abcdX", 5),
    lane("p", "zzzz", 0, "base"),
    lane("q", "zzQ", 3, "base"),
  ]);
  const none: ReadonlySet<string> = new Set();
  const press = (key: string, at: string, folded = none) => treeAction(key, branchLines(roots, folded), at, folded);

  test("walk line by line over roots and branches, and stop at both ends", () => {
    const order = branchLines(roots, none).map(({ node }) => node.lane.key);
    expect(order).toEqual(["a", "b", "c", "d", "p", "q"]);
    for (const [i, key] of order.entries()) {
      const [next, before] = [order[i + 1], order[i - 1]];
      expect(press("ArrowDown", key)).toEqual(next === undefined ? null : { type: "focus", key: next });
      expect(press("ArrowUp", key)).toEqual(before === undefined ? null : { type: "focus", key: before });
      expect(press("Home", key)).toEqual({ type: "focus", key: "a" });
      expect(press("End", key)).toEqual({ type: "focus", key: "q" });
    }
  });

  test("every line knows its depth and its place among its sisters", () => {
    const places = branchLines(roots, none).map(({ node, level, place, sisters }) =>
      [node.lane.key, level, place, sisters].join(" "),
    );
    expect(places).toEqual(["a 1 1 2", "b 2 1 2", "c 3 1 1", "d 2 2 2", "p 1 2 2", "q 2 1 1"]);
  });

  test("right opens, then enters; left closes, then leaves", () => {
    const folded = new Set(["a"]);
    expect(branchLines(roots, folded).map(({ node }) => node.lane.key)).toEqual(["a", "p", "q"]);
    expect(press("ArrowRight", "a", folded)).toEqual({ type: "unfold", key: "a" });
    expect(press("ArrowRight", "a")).toEqual({ type: "focus", key: "b" });
    expect(press("ArrowRight", "c")).toBeNull();
    expect(press("ArrowLeft", "b")).toEqual({ type: "fold", key: "b" });
    expect(press("ArrowLeft", "c")).toEqual({ type: "focus", key: "b" });
    expect(press("ArrowLeft", "a", folded)).toBeNull();
  });

  test("show, rewind to the fork and remove; a root has no fork", () => {
    expect(press("Enter", "c")).toEqual({ type: "show", key: "c" });
    expect(press(" ", "a")).toEqual({ type: "show", key: "a" });
    expect(press("Backspace", "c")).toEqual({ type: "rewind", key: "c" });
    expect(press("Delete", "c")).toEqual({ type: "remove", key: "c" });
    expect(press("Backspace", "a")).toBeNull();
    expect(press("Delete", "a")).toBeNull();
    expect(press("x", "a")).toBeNull();
    expect(press("ArrowDown", "nowhere")).toBeNull();
  });
});
