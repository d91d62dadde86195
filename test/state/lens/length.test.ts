import { describe, expect, it } from "vitest";
import { judgesOfLength, lengthFacts, slopeBound } from "../../../src/state/lens/length.ts";
import { scoredGroup, separations, standings, type ScoredText } from "../../../src/state/lens/standing.ts";
import { sampleOf, type LensGroup } from "../../../src/state/lens/groups.ts";
import type { LensReading } from "../../../src/core/lens/reading.ts";

interface Row {
  readonly score: number | null;
  readonly tokens: number;
  readonly members?: readonly number[];
  readonly isCut?: boolean;
}

function groupOf(
  id: string,
  rows: readonly Row[],
): { group: LensGroup; readingOf: (sample: { key: string }) => LensReading | null } {
  const samples = rows.map((_, i) => sampleOf({ kind: "story", prompt: id, answer: [i] }, ""));
  const readings = new Map(
    rows.map(({ score, tokens, members = [], isCut = false }, i) => [
      samples[i]!.key,
      { score, members, tokens, text: "x".repeat(3 * tokens), isCut, detail: null },
    ]),
  );
  const group: LensGroup = { id, label: { type: "lane", name: id }, samples };
  return { group, readingOf: ({ key }) => readings.get(key) ?? null };
}

const scored = (id: string, rows: readonly Row[], member: number | null = null) => {
  const { group, readingOf } = groupOf(id, rows);
  return scoredGroup(group, readingOf, member);
};

describe("where texts stand", () => {
  const plain = scored(
    "plain",
    [1, 2, 3, 4].map((score) => ({ score, tokens: 5 })),
  );
  const guided = scored("guided", [
    { score: 4.5, tokens: 5 },
    { score: 3, tokens: 5 },
    { score: null, tokens: 5 },
  ]);

  it("counts only texts with a score, and never the text itself among the others", () => {
    expect([guided.texts.length, guided.unscored]).toEqual([2, 1]);
    const [among, own] = standings(3, guided.texts[1]!.sample.key, [plain, guided]);
    expect([among!.share, among!.others]).toEqual([2.5 / 4, 4]);
    expect([own!.share, own!.others]).toEqual([0, 1]);
  });

  it("compares each group with those before it", () => {
    const [only, ...rest] = separations([plain, guided]);
    // 4.5 is above 4 of 4; 3 is above 2 and ties with 1.
    expect(only!.auroc).toBeCloseTo((4 + 2.5) / 8, 12);
    expect([only!.first.id, only!.second.id, rest]).toEqual(["guided", "plain", []]);
  });
});

describe("reward against length", () => {
  const rows = [
    { score: 9, tokens: 1, isCut: true },
    { score: 7, tokens: 3 },
    { score: 7.5, tokens: 4 },
    { score: 2, tokens: 9 },
  ];

  it("says who would win before and after length is taken out", () => {
    const group = scored("plain", rows);
    const facts = lengthFacts(group, "tokens", 0);
    expect(facts.before).toBeCloseTo(-0.8, 12);
    expect([facts.bestBefore?.length, facts.bestAfter?.length, facts.cut]).toEqual([1, 1, 1]);
    const free = lengthFacts(group, "tokens", facts.slope);
    expect(Math.abs(free.after!)).toBeLessThan(0.25);
    expect(free.before).toBe(facts.before);
    expect(free.bestAfter?.length).toBe(4);
    for (const { reward, length, free: left } of free.points)
      expect(left).toBeCloseTo(reward - facts.slope * length, 12);
    expect(slopeBound(facts)).toBeGreaterThan(Math.abs(facts.slope));
  });

  it("measures length in characters where that is wanted", () => {
    expect(lengthFacts(scored("plain", rows), "characters", 0).points.map(({ length }) => length)).toEqual([
      3, 9, 12, 27,
    ]);
  });

  it("says nothing of no texts, nor of texts of one length", () => {
    expect(lengthFacts({ texts: [] }, "tokens", 0)).toMatchObject({ before: null, slope: 0, bestBefore: null });
    const alike = scored(
      "plain",
      [1, 2, 3].map((score) => ({ score, tokens: 5 })),
    );
    expect(lengthFacts(alike, "tokens", 0)).toMatchObject({ before: null, after: null, slope: 0 });
    expect(slopeBound(lengthFacts(alike, "tokens", 0))).toBeGreaterThan(0);
  });
});

describe("judges of an ensemble", () => {
  const rows = [
    { score: 2, tokens: 10, members: [3, 1] },
    { score: 1.5, tokens: 20, members: [1, 2] },
    { score: 1, tokens: 30, members: [-1, 3] },
  ];

  it("are told apart by how they rank by length and by the truth", () => {
    const truths = [0.1, null, 0.9];
    const group = scored("plain", rows);
    const truthOf = (text: ScoredText): number | null => truths[group.texts.indexOf(text)] ?? null;
    expect(judgesOfLength(group, "tokens", truthOf)).toEqual([
      { member: null, withLength: -1, withTruth: -1 },
      { member: 0, withLength: -1, withTruth: -1 },
      { member: 1, withLength: 1, withTruth: 1 },
    ]);
  });

  it("are none where one judge scores alone, and one of them can be looked at by itself", () => {
    expect(judgesOfLength(scored("plain", [{ score: 1, tokens: 1, members: [1] }]), "tokens", () => null)).toEqual([]);
    expect(scored("plain", rows, 1).texts.map(({ score }) => score)).toEqual([1, 2, 3]);
  });
});
