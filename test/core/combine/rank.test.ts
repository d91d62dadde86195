import { describe, expect, test } from "vitest";
import { bestOfN } from "../../../src/core/best-of-n.ts";
import { judgedScores, trueScores, wishTournament, type RankedBy } from "../../../src/core/combine/rank.ts";
import { WAYS, type WayId } from "../../../src/core/combine/way.ts";
import type { Combine } from "../../../src/core/combine/way-types.ts";
import { winnersUnder, type WaySettings } from "../../../src/core/combine/winners.ts";
import type { Ensemble, SampleResult } from "../../../src/core/types.ts";
import { fc } from "../../properties.ts";

type Judged = Pick<SampleResult, "rewardMembers" | "sources">;

const reward = fc.double({ min: -2, max: 2, noNaN: true });
const members = fc.array(reward, { minLength: 2, maxLength: 2 });
/** Two objectives with two judges each, and a source. */
const judged = fc
  .tuple(members, members, reward)
  .map(([joy, adventure, s1]): Judged => ({ rewardMembers: { joy, adventure }, sources: { s1 } }));
const pool = fc.array(judged, { minLength: 1, maxLength: 7 });

const weights = { joy: 1, adventure: -0.5, s1: 2 };
const SETTINGS: WaySettings = {
  penalty: 0.7,
  ways: {
    worst: { type: "worst", eta: 1 },
    harmonic: { type: "harmonic" },
    goals: { type: "goals", targets: { joy: 0.5, s1: 1 }, eta: 1, most: {} },
    priority: { type: "priority", order: ["adventure"], margins: { adventure: 0.8, s1: 0.3 } },
    veto: { type: "veto", floors: { joy: -0.5, adventure: -1 } },
    majority: { type: "majority" },
    robust: { type: "robust", lambda: 0.25 },
  },
};

function byLane(combine?: Combine, ensemble: Ensemble = "mean", lambda = 0.5): RankedBy {
  return { weights, ensemble, lambda, ...(combine !== undefined && { combine }) };
}

/** Rewards in the direction of each wish, the mean of the judges: joy, less adventure, the source. */
function wishes({ rewardMembers, sources }: Judged): [number, number, number] {
  const mean = ([a, b]: readonly number[]): number => (a! + b!) / 2;
  return [mean(rewardMembers.joy!), -mean(rewardMembers.adventure!), sources!["s1"]!];
}

/** Every member's weighted sum. */
function sums({ rewardMembers, sources }: Judged): number[] {
  return [0, 1].map((m) => rewardMembers.joy![m]! - 0.5 * rewardMembers.adventure![m]! + 2 * sources!["s1"]!);
}

/** Meetings won less meetings not won. */
function copeland(all: readonly Judged[], beats: (a: number[], b: number[]) => boolean): number[] {
  return all.map((own) =>
    all.reduce((sum, other) => (other === own ? sum : sum + (beats(wishes(own), wishes(other)) ? 1 : -1)), 0),
  );
}

/** Each way once more, written as its sentence says it: a score a sample, NaN for a sample out of the running. */
function bySentence(way: WayId, all: readonly Judged[]): number[] {
  const sum = (own: Judged): number => (sums(own)[0]! + sums(own)[1]!) / 2;
  switch (way) {
    case "sum":
      return all.map(sum);
    case "worst":
      return all.map((own) => Math.min(wishes(own)[0], 0.5 * wishes(own)[1], 2 * wishes(own)[2]));
    case "harmonic": {
      const s = (x: number): number => 1 / (1 + Math.exp(-x));
      return all.map((own) => {
        const [a, b, c] = wishes(own);
        return 3.5 / (1 / s(a) + 0.5 / s(b) + 2 / s(c));
      });
    }
    case "goals":
      return all.map((own) => -(Math.max(0, 0.5 - wishes(own)[0]) + Math.max(0, 1 - wishes(own)[2])));
    case "veto":
      return all.map((own) => (wishes(own)[0] < -0.5 || wishes(own)[1] < -1 ? NaN : sum(own)));
    case "robust":
      return all.map((own) => 0.25 * sum(own) + 0.75 * Math.min(...sums(own)));
    case "majority":
      return copeland(all, (a, b) => a.filter((x, i) => x > b[i]!).length >= 2);
    case "priority":
      return copeland(all, (a, b) => {
        // Named first, then by weight: the source with 2, joy with 1.
        if (Math.abs(a[1]! - b[1]!) > 0.8) return a[1]! > b[1]!;
        if (Math.abs(a[2]! - b[2]!) > 0.3) return a[2]! > b[2]!;
        return a[0]! > b[0]!;
      });
    default:
      throw new Error(String(way satisfies never));
  }
}

const wayOf = (way: WayId): Combine | undefined => (way === "sum" ? undefined : SETTINGS.ways[way]);

describe.each(WAYS)("the way %s", (way) => {
  test("scores every sample and picks the one that its sentence picks", () => {
    fc.assert(
      fc.property(pool, (all) => {
        const scores = judgedScores(byLane(wayOf(way)), all);
        const expected = bySentence(way, all);
        for (const [i, score] of scores.entries()) {
          if (Number.isNaN(expected[i]!)) expect(score).toBeNull();
          else expect(score).toBeCloseTo(expected[i]!, 9);
        }
        const best = Math.max(...expected.filter((each) => !Number.isNaN(each)), -Infinity);
        // Equal to the last bit is not asked of sums in another order.
        if (best > -Infinity) expect(expected[bestOfN(scores)]).toBeCloseTo(best, 9);
      }),
      { numRuns: 60 },
    );
  });

  test("has no score for a sample that lacks a wish’s reward", () => {
    const whole = { rewardMembers: { joy: [1, 1], adventure: [0, 0] }, sources: { s1: 1 } };
    const unread = { ...whole, sources: { s1: null } };
    expect(judgedScores(byLane(wayOf(way)), [unread, whole])[0]).toBeNull();
    expect(judgedScores(byLane(wayOf(way)), [unread, whole])[1]).not.toBeNull();
  });

  test("of one wish without bounds picks what the sum picks", () => {
    const alone = { weights: { joy: 1 }, ensemble: "mean", lambda: 0 } as const;
    const plain: Partial<Record<WayId, Combine>> = {
      goals: { type: "goals", targets: { joy: 100 }, eta: 1, most: {} },
      priority: { type: "priority", order: [], margins: {} },
      veto: { type: "veto", floors: {} },
      robust: { type: "robust", lambda: 1 },
    };
    const combine = plain[way] ?? wayOf(way);
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 6 }), (values) => {
        const all = values.map((value) => ({ rewardMembers: { joy: [value / 10] } }));
        const scores = judgedScores({ ...alone, ...(combine !== undefined && { combine }) }, all);
        expect(bestOfN(scores)).toBe(values.indexOf(Math.max(...values)));
      }),
    );
  });
});

describe("ranking", () => {
  test("reads each wish’s judges in the direction of the wish before it combines", () => {
    const all = [{ rewardMembers: { joy: [0, 2], adventure: [-1, 1] }, sources: { s1: 3 } }];
    // The lowest of joy is 0; of less adventure it is -1, half of which counts.
    expect(judgedScores(byLane(SETTINGS.ways.worst, "wco"), all)).toEqual([-0.5]);
    expect(judgedScores(byLane(SETTINGS.ways.worst, "robust", 0.5), all)).toEqual([-0.25]);
    expect(judgedScores(byLane(SETTINGS.ways.worst, "mean"), all)).toEqual([0]);
  });

  test("by the truth reads the truth, and nothing but the truth", () => {
    const all = [{ truth: { joy: 1, adventure: 3 } }, { truth: { joy: 0, adventure: 0 } }, { truth: { joy: null } }];
    const by = { weights: { joy: 1, adventure: -1 }, ensemble: "mean", lambda: 0 } as const;
    expect(trueScores(by, all)).toEqual([-2, 0, null]);
    expect(trueScores({ ...by, combine: { type: "worst", eta: 1 } }, all)).toEqual([-3, 0, null]);
    expect(trueScores({ ...by, combine: { type: "robust", lambda: 0 } }, all)).toEqual([-2, 0, null]);
    const floors = { type: "veto", floors: { adventure: -1 } } as const;
    expect(trueScores({ ...by, combine: floors }, all)).toEqual([null, 0, null]);
  });
});

describe("the winners side by side", () => {
  test("are those of each way alone, and of the penalty on disagreement", () => {
    fc.assert(
      fc.property(pool, (all) => {
        const found = winnersUnder(byLane(SETTINGS.ways.veto), all, SETTINGS);
        expect(found.map(({ way }) => way)).toEqual([...WAYS, "uncertainty"]);
        for (const { way, winner, scores, tied } of found) {
          const alone = way === "uncertainty" ? byLane(undefined, "uwo", 0.7) : byLane(wayOf(way));
          expect(scores).toEqual(judgedScores(alone, all));
          if (winner === null) expect(scores.every((score) => score === null)).toBe(true);
          else expect(tied).toBe(scores.filter((score) => score === scores[winner]).length - 1);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe("the tournament of the wishes", () => {
  const by = { weights: { joy: 1, adventure: 1, dialogue: 1 }, ensemble: "mean", lambda: 0 } as const;
  const sample = (joy: number, adventure: number, dialogue: number) => ({
    rewardMembers: { joy: [joy], adventure: [adventure], dialogue: [dialogue] },
  });

  test("finds a circle, and leaves out what has no reward", () => {
    const all = [sample(3, 1, 2), { rewardMembers: {} }, sample(2, 3, 1), sample(1, 2, 3)];
    const found = wishTournament(by, all)!;
    expect(found.samples).toEqual([0, 2, 3]);
    expect(found.cyclic).toBe(1);
    // The first beats the second on joy and dialogue, and so on round.
    expect(found.circles).toEqual([[0, 1, 2]]);
    expect(found.copeland).toEqual([0, 0, 0]);
  });

  test("needs two samples and a wish", () => {
    expect(wishTournament(by, [sample(1, 1, 1), { rewardMembers: {} }])).toBeNull();
    expect(wishTournament({ ...by, weights: {} }, [sample(1, 1, 1), sample(2, 2, 2)])).toBeNull();
  });
});
