/** Who of N samples would win under each way of combining their rewards: the ways side by side. */
import { bestOfN } from "../best-of-n.ts";
import { majorityTournament } from "../compare/tournament.ts";
import { ensembleScore } from "../ensembles.ts";
import { harmonicOf, robustScore, vetoedSum, weightedSumOf, worstOf, type WishRewards } from "./combine.ts";
import { priorityTournament } from "./priority.ts";

export const COMBINATIONS = [
  "sum",
  "worst",
  "harmonic",
  "veto",
  "priority",
  "majority",
  "robust",
  "uncertainty",
] as const;
export type Combination = (typeof COMBINATIONS)[number];

export interface Candidate {
  readonly rewards: WishRewards;
  /** Weighted sum of each ensemble member; empty where there is no ensemble. */
  readonly members: readonly number[];
}

export interface CombinationSettings {
  /** Least reward in the direction of each wish, for "veto". */
  readonly floor: number;
  /** Differences up to it decide nothing, for "priority"; the wish with the largest weight comes first. */
  readonly margin: number;
  /** Weight of the mean beside the worst member, from 0 to 1, for "robust". */
  readonly lambda: number;
  /** Weight of the members' variance, >= 0, for "uncertainty". */
  readonly penalty: number;
}

export interface Verdict {
  readonly combination: Combination;
  /** Index of the sample; null where no sample has a score. */
  readonly winner: number | null;
  /** What ranks the samples: a score, or in a tournament the wins less the others. */
  readonly scores: readonly (number | null)[];
}

/** @param samples at least one @param weights one a wish */
export function winnersUnder(
  samples: readonly Candidate[],
  weights: readonly number[],
  settings: CombinationSettings,
): Verdict[] {
  return COMBINATIONS.map((combination) => {
    const scores = scoresUnder(combination, samples, weights, settings);
    return { combination, winner: scores.every((score) => score === null) ? null : bestOfN(scores), scores };
  });
}

function scoresUnder(
  combination: Combination,
  samples: readonly Candidate[],
  weights: readonly number[],
  { floor, margin, lambda, penalty }: CombinationSettings,
): readonly (number | null)[] {
  const each = (score: (rewards: WishRewards) => number | null) => samples.map(({ rewards }) => score(rewards));
  const overMembers = (score: (members: readonly number[]) => number) =>
    samples.map(({ members }) => (members.length === 0 ? null : score(members)));
  switch (combination) {
    case "sum":
      return each((rewards) => weightedSumOf(rewards, weights));
    case "worst":
      return each((rewards) => worstOf(rewards, weights));
    case "harmonic":
      return each((rewards) => harmonicOf(rewards, weights));
    case "veto":
      return each((rewards) => vetoedSum(rewards, weights, floor));
    case "robust":
      return overMembers((members) => robustScore(members, lambda));
    case "uncertainty":
      return overMembers((members) => ensembleScore(members, "uwo", penalty));
    case "majority":
      return inTournament(samples, weights, (wishes) => majorityTournament(wishes).copeland);
    case "priority": {
      const columns = weights.flatMap((weight) => (weight === 0 ? [] : [Math.abs(weight)]));
      const order = columns.map((_, wish) => ({ wish, margin })).sort((a, b) => columns[b.wish]! - columns[a.wish]!);
      return inTournament(samples, weights, (wishes) => priorityTournament(wishes, order).copeland);
    }
    default:
      throw new Error(`unknown combination ${String(combination satisfies never)}`);
  }
}

/** Candidates with a reward that is not defined stay out of the tournament. */
function inTournament(
  samples: readonly Candidate[],
  weights: readonly number[],
  play: (wishes: readonly (readonly number[])[]) => readonly number[],
): (number | null)[] {
  const wishes = samples.map(({ rewards }) =>
    weights.flatMap((weight, i) => (weight === 0 ? [] : [Math.sign(weight) * (rewards[i] ?? NaN)])),
  );
  const isIn = wishes.map((own) => own.length > 0 && !own.some(Number.isNaN));
  const results = play(wishes.filter((_, i) => isIn[i]));
  let next = 0;
  return isIn.map((takesPart) => (takesPart ? (results[next++] ?? null) : null));
}
