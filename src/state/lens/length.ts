/** Reward against length over the texts of a group, and the reward with length taken out. */
import { lengthSlope, withoutLength } from "../../core/lens/length-free.ts";
import { spearman } from "../../core/lens/ranks.ts";
import type { ScoredGroup, ScoredText } from "./standing.ts";

export type LengthUnit = "tokens" | "characters";

export interface LengthPoint {
  readonly text: ScoredText;
  readonly length: number;
  readonly reward: number;
  /** The reward less p times the length. */
  readonly free: number;
}

export interface LengthFacts {
  readonly points: readonly LengthPoint[];
  /** Of the reward and of what is left of it, with length; null where there are too few texts or all have one length. */
  readonly before: number | null;
  readonly after: number | null;
  /** What takes length out. */
  readonly slope: number;
  /** What best-of-N would choose from these texts; null for none. */
  readonly bestBefore: LengthPoint | null;
  readonly bestAfter: LengthPoint | null;
  /** Texts that had not come to their end. */
  readonly cut: number;
}

export function lengthOf({ reading }: Pick<ScoredText, "reading">, unit: LengthUnit): number {
  return unit === "tokens" ? reading.tokens : Array.from(reading.text).length;
}

/** @param p in units of the reward for one unit of length */
export function lengthFacts({ texts }: Pick<ScoredGroup, "texts">, unit: LengthUnit, p: number): LengthFacts {
  const lengths = texts.map((text) => lengthOf(text, unit));
  const rewards = texts.map(({ score }) => score);
  const free = withoutLength(rewards, lengths, p);
  const points = texts.map((text, i) => ({ text, length: lengths[i]!, reward: rewards[i]!, free: free[i]! }));
  return {
    points,
    before: spearman(rewards, lengths),
    after: spearman(free, lengths),
    slope: lengthSlope(rewards, lengths),
    bestBefore: best(points, (point) => point.reward),
    bestAfter: best(points, (point) => point.free),
    cut: texts.filter(({ reading }) => reading.isCut).length,
  };
}

/** Ties go to the first, as in best-of-N. */
function best(points: readonly LengthPoint[], of: (point: LengthPoint) => number): LengthPoint | null {
  return points.reduce<LengthPoint | null>(
    (most, point) => (most === null || of(point) > of(most) ? point : most),
    null,
  );
}

export interface JudgeOfLength {
  /** Null for the mean of all. */
  readonly member: number | null;
  readonly withLength: number | null;
  readonly withTruth: number | null;
}

/** The mean of an ensemble and each of its judges: how they rank by length, and how by the truth. */
export function judgesOfLength(
  { texts }: Pick<ScoredGroup, "texts">,
  unit: LengthUnit,
  truthOf: (text: ScoredText) => number | null,
): JudgeOfLength[] {
  const members = Math.max(0, ...texts.map(({ reading }) => reading.members.length));
  if (members < 2) return [];
  const known = texts.filter((text) => truthOf(text) !== null);
  return [null, ...Array.from({ length: members }, (_, m) => m)].map((member) => {
    const rewardOf = ({ reading }: ScoredText): number => (member === null ? reading.score! : reading.members[member]!);
    return {
      member,
      withLength: spearman(
        texts.map(rewardOf),
        texts.map((text) => lengthOf(text, unit)),
      ),
      withTruth: spearman(
        known.map(rewardOf),
        known.map((text) => truthOf(text)!),
      ),
    };
  });
}

/** How far the slider of p goes to either side: twice what takes length out, or as much as would turn the reward round. */
export function slopeBound({ points, slope }: Pick<LengthFacts, "points" | "slope">): number {
  const span = (of: (point: LengthPoint) => number): number => {
    const all = points.map(of);
    return all.length === 0 ? 0 : Math.max(...all) - Math.min(...all);
  };
  const lengths = span(({ length }) => length);
  const widest = lengths === 0 ? 0 : span(({ reward }) => reward) / lengths;
  return Math.max(2 * Math.abs(slope), widest, 1e-6);
}
