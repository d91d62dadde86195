/** What a recorded judge is worth, against a count by hand, and the recording that comes with the page. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  parseRecordedJudge,
  preferenceOf,
  recordOf,
  type RecordedJudgement,
} from "../../../src/core/compare/recorded-judge.ts";

const judged = (
  prompt: string,
  sharesOfA: readonly [number, number],
  scores: readonly [number, number] = [3, 3],
): RecordedJudgement => ({
  objective: "joy",
  margin: 1.5,
  kind: "story",
  prompt,
  chosen: "glad",
  rejected: "sad",
  rubric: "how joyful it is",
  sharesOfA,
  onMarks: 0.9,
  scores,
});

describe("the record of a judge", () => {
  test("counts the better text by both orders, by each order alone, and by the scores", () => {
    const all = [
      // Names A both times, a little less where the worse text stands there.
      judged("p", [0.8, 0.7], [4, 3]),
      judged("p", [0.7, 0.8], [3, 4]),
      // Right in both orders.
      judged("q", [0.9, 0.1], [4, 2]),
      judged("r", [0.6, 0.6]),
    ];
    const record = recordOf(all);
    expect(record.byOrders).toMatchObject({ share: (1 + 0 + 1 + 0.5) / 4, pairs: 4, groups: 3 });
    expect(record.byScore.share).toBe((1 + 0 + 1 + 0.5) / 4);
    expect(record.betterFirst.share).toBe(1);
    expect(record.worseFirst.share).toBe(0.25);
    expect(record.consistent).toBe(1);
    expect(record.biases.map((bias) => Math.round(100 * bias))).toEqual([25, 25, 0, 10]);
    expect(record.bias).toBeCloseTo(0.15, 12);
    expect(record.onMarks).toBeCloseTo(0.9, 12);
    expect(preferenceOf(all[0]!)).toBeCloseTo(0.55, 12);
  });

  test("of the page says what docs/compare.md says", () => {
    const text = readFileSync("public/examples/judge.json");
    expect(gzipSync(text).length).toBeLessThan(100_000);
    const file = parseRecordedJudge(JSON.parse(text.toString()))!;
    expect(file.judgements).toHaveLength(100);
    expect(file.judgements.every(({ margin, chosen, rejected }) => margin >= 1 && chosen !== rejected)).toBe(true);
    const { byOrders, consistent, betterFirst, worseFirst } = recordOf(file.judgements);
    expect([Math.round(100 * byOrders.share), consistent]).toEqual([62, 0]);
    expect([betterFirst.share, worseFirst.share]).toEqual([1, 0]);
  });

  const good = { version: 1, model: { id: "m", sha256: "0" }, judgements: [judged("p", [0.8, 0.7])] };
  test.each([
    ["another version", { ...good, version: 2 }],
    ["no pair", { ...good, judgements: [] }],
    ["a share above 1", { ...good, judgements: [judged("p", [1.2, 0.5])] }],
    ["a score above 5", { ...good, judgements: [judged("p", [0.8, 0.7], [6, 1])] }],
    ["an unknown objective", { ...good, judgements: [{ ...judged("p", [0.8, 0.7]), objective: "fame" }] }],
    ["a text that is none", { ...good, judgements: [{ ...judged("p", [0.8, 0.7]), chosen: 3 }] }],
    ["no model", { ...good, model: null }],
    ["nothing", null],
  ])("is refused with %s", (_, file) => {
    expect(parseRecordedJudge(good)).toEqual(good);
    expect(parseRecordedJudge(file)).toBeNull();
  });
});
