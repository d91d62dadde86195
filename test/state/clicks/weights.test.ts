/** Sliders by taste: which heads measure, what one press sets, and what it says where it cannot. */
import { describe, expect, it } from "vitest";
import { TEXT_MEASURES } from "../../../src/core/clicks/answers.ts";
import type { Clicks } from "../../../src/state/clicks/clicks.svelte.ts";
import { headFile, POLICY, visitor } from "./visitor.ts";

describe("the weights that a taste sets", () => {
  /** Somebody who always likes more of one measure. */
  function likeMore(clicks: Clicks, measure: number, times: number): void {
    for (let n = 0; n < times; n++) {
      const { left, right } = clicks.pair!;
      const of = (place: number): number => clicks.session.answers[place]!.measures[measure] ?? 0;
      clicks.choose(of(left) > of(right) ? "left" : "right");
    }
  }

  it("are those of the heads among the measures; a head that is missing is added", async () => {
    const { api, clicks, playground } = visitor();
    const { heads, settings } = playground;
    await heads.keep(headFile("Kind"), { trial: null, lesson: null });
    await heads.keep(headFile("Brief"), { trial: null, lesson: null });
    settings.update({ strength: 2 });
    await clicks.write();
    expect(api.asks[0]!.heads).toHaveLength(2);
    expect(clicks.session.measures.slice(TEXT_MEASURES.length)).toMatchObject([{ name: "Brief" }, { name: "Kind" }]);
    likeMore(clicks, TEXT_MEASURES.length, 30);
    expect(clicks.canSetWeights).toBe(true);
    clicks.setWeights();
    const { set, full } = clicks.applied!;
    expect(full).toEqual([]);
    expect(set[0]!.name).toBe("Brief");
    // One nat of spread in all, at strength 2.
    expect(set[0]!.weight).toBeGreaterThan(0.35);
    expect(Math.hypot(...set.map(({ weight }) => 2 * weight))).toBeCloseTo(1, 1);
    const spec = settings.data.sources.find((each) => each.type === "head" && each.head === "brief");
    expect(settings.data.weights[spec!.id]).toBe(set[0]!.weight);
    clicks.choose("left");
    expect(clicks.applied).toBeNull();
  });

  it("say which head has no room, and leave out a head that was deleted", async () => {
    const { clicks, playground } = visitor();
    const { heads, settings } = playground;
    const kind = await heads.keep(headFile("Kind"), { trial: null, lesson: null });
    await clicks.write();
    likeMore(clicks, TEXT_MEASURES.length, 20);
    while (settings.addContrast({ name: "c", better: "a", worse: "b", weight: 1 }) !== null);
    clicks.setWeights();
    expect(clicks.applied).toEqual({ set: [], full: ["Kind"] });
    await heads.remove(kind);
    expect(clicks.canSetWeights).toBe(false);
    clicks.setWeights();
    expect(clicks.applied).toEqual({ set: [], full: [] });
  });

  it("measure by heads that come with the page, but for one whose file belongs to another policy", async () => {
    const list = ["Kind", "Brief"].map((name) => ({
      id: name.toLowerCase(),
      name,
      file: `${name.toLowerCase()}.json`,
      policy: POLICY,
    }));
    const other = { ...POLICY, fingerprint: "cd".repeat(32) };
    const files: Readonly<Record<string, unknown>> = {
      "index.json": list,
      "kind.json": headFile("Kind", other),
      "brief.json": headFile("Brief"),
    };
    const { api, clicks, playground } = visitor({ readHeadFile: (file) => Promise.resolve(files[file] ?? null) });
    await playground.heads.find();
    await clicks.write();
    expect(api.asks[0]!.heads).toEqual([files["brief.json"]]);
    expect(clicks.session.measures.at(-1)).toMatchObject({ head: "brief", steers: true });
  });

  it("learn of a head that was taught later from the answers after it", async () => {
    const { clicks, playground } = visitor();
    await clicks.write();
    likeMore(clicks, 0, 3);
    await playground.heads.keep(headFile("Kind"), { trial: null, lesson: null });
    await clicks.write();
    const { answers, measures } = clicks.session;
    expect(measures).toHaveLength(TEXT_MEASURES.length + 1);
    expect(answers[0]!.measures.at(-1)).toBeNull();
    expect(answers.at(-1)!.measures.at(-1)).not.toBeNull();
    expect(clicks.session.clicks).toHaveLength(3);
    expect(clicks.taste.mean).toHaveLength(measures.length);
  });
});
