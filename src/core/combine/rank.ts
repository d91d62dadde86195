/**
 * What best-of-N ranks its samples by, under the lane's way of combining (`way.ts`).
 *
 * The sum and "robust" combine first and then read the judge's ensemble (`selection.ts`). The other ways need one number a
 * wish: there the lane's ensemble reads each wish's members, in the direction of the wish, before the wishes are combined.
 */
import { majorityTournament, type Tournament } from "../compare/tournament.ts";
import { ensembleScore } from "../ensembles.ts";
import { isObjective, pushIds } from "../push-ids.ts";
import { judgedScore, weighedTruth } from "../selection.ts";
import type { BestOfN, PushId, SampleResult } from "../types.ts";
import { harmonicOf, vetoedSum, worstOf } from "./combine.ts";
import { priorityTournament } from "./priority.ts";
import type { Combine } from "./way-types.ts";

export type RankedBy = Pick<BestOfN, "weights" | "ensemble" | "lambda" | "combine">;
type Judged = Pick<SampleResult, "rewardMembers" | "sources">;
type True = Pick<SampleResult, "truth">;

/** One a sample: higher is better, null where it has no score and cannot win. */
export type Scores = readonly (number | null)[];

/** By the judge and the sources. */
export function judgedScores(by: RankedBy, samples: readonly Judged[]): Scores {
  const { combine, weights } = by;
  if (combine === undefined) return samples.map((sample) => judgedScore(weights, by, sample));
  if (combine.type === "robust") {
    const rule = { ensemble: "robust", lambda: combine.lambda } as const;
    return samples.map((sample) => judgedScore(weights, rule, sample));
  }
  return combined(combine, by, wishesOf(by, samples));
}

/** By the truth, in a lane labelled oracle; it has no members, so "robust" is the sum. */
export function trueScores(by: RankedBy, samples: readonly True[]): Scores {
  const { combine, weights } = by;
  if (combine === undefined || combine.type === "robust")
    return samples.map(({ truth }) => weighedTruth(weights, truth));
  const ids = wishIds(by);
  const read = ({ truth }: True, id: PushId): number | null => (isObjective(id) ? (truth[id] ?? null) : null);
  return combined(
    combine,
    by,
    samples.map((sample) => ids.map((id) => directed(by, id, read(sample, id)))),
  );
}

/** The meetings of the samples that have every wish's reward, and which samples these are. */
export interface WishTournament extends Tournament {
  /** Index of each one that takes part. */
  readonly samples: readonly number[];
}

/** Who beats whom on most of the wishes; null with fewer than two samples that can take part, or without wishes. */
export function wishTournament(by: RankedBy, samples: readonly Judged[]): WishTournament | null {
  const taking = known(wishesOf(by, samples));
  if (wishIds(by).length === 0 || taking.length < 2) return null;
  return { ...majorityTournament(taking.map(({ own }) => own)), samples: taking.map(({ sample }) => sample) };
}

/** What the lane weighs, in the order of all tables. */
export function wishIds({ weights }: Pick<RankedBy, "weights">): PushId[] {
  return pushIds(weights).filter((id) => (weights[id] ?? 0) !== 0);
}

/** `[N, wishes]`, each in the direction of the wish. */
type Wishes = readonly (readonly (number | null)[])[];

function wishesOf(by: RankedBy, samples: readonly Judged[]): Wishes {
  const ids = wishIds(by);
  const { ensemble, lambda } = by;
  return samples.map(({ rewardMembers, sources = {} }) =>
    ids.map((id) => {
      if (!isObjective(id)) return directed(by, id, sources[id] ?? null);
      const members = rewardMembers[id]?.map((reward) => directed(by, id, reward)!) ?? [];
      return members.length === 0 ? null : ensembleScore(members, ensemble, lambda);
    }),
  );
}

function directed({ weights }: RankedBy, id: PushId, reward: number | null): number | null {
  // Without the sign of a zero.
  return reward === null ? null : Math.sign(weights[id] ?? 0) * reward + 0;
}

function combined(combine: Exclude<Combine, { type: "robust" }>, by: RankedBy, wishes: Wishes): Scores {
  const ids = wishIds(by);
  // The direction is in the rewards already.
  const sizes = ids.map((id) => Math.abs(by.weights[id] ?? 0));
  switch (combine.type) {
    case "worst":
      return wishes.map((own) => worstOf(own, sizes));
    case "harmonic":
      return wishes.map((own) => harmonicOf(own, sizes));
    case "veto": {
      const floors = ids.map((id) => combine.floors[id] ?? -Infinity);
      return wishes.map((own) => vetoedSum(own, sizes, floors));
    }
    case "goals": {
      const goals = ids.map((id) => combine.targets[id] ?? -Infinity);
      return wishes.map((own) => shortfall(own, goals));
    }
    case "majority":
      return inTournament(wishes, (taking) => majorityTournament(taking).copeland);
    case "priority": {
      const named = combine.order.filter((id) => ids.includes(id));
      const rest = ids
        .filter((id) => !named.includes(id))
        .toSorted((a, b) => sizes[ids.indexOf(b)]! - sizes[ids.indexOf(a)]!);
      const order = [...named, ...rest].map((id) => ({ wish: ids.indexOf(id), margin: combine.margins[id] ?? 0 }));
      return inTournament(wishes, (taking) => priorityTournament(taking, order).copeland);
    }
    default:
      throw new Error(`unknown way ${JSON.stringify(combine satisfies never)}`);
  }
}

/** - Σ max(0, θ - r): 0 where every goal is met. */
function shortfall(own: readonly (number | null)[], goals: readonly number[]): number | null {
  let sum = 0;
  for (const [i, goal] of goals.entries()) {
    const reward = own[i] ?? null;
    if (reward === null) return null;
    sum += Math.max(0, goal - reward);
  }
  return goals.length === 0 ? null : 0 - sum;
}

/** Samples with a reward that is not defined stay out of the tournament. */
function inTournament(wishes: Wishes, play: (taking: readonly (readonly number[])[]) => readonly number[]): Scores {
  const scores: (number | null)[] = wishes.map(() => null);
  const taking = known(wishes).filter(({ own }) => own.length > 0);
  const results = play(taking.map(({ own }) => own));
  for (const [i, { sample }] of taking.entries()) scores[sample] = results[i] ?? null;
  return scores;
}

function known(wishes: Wishes): { readonly sample: number; readonly own: readonly number[] }[] {
  return wishes.flatMap((own, sample) => {
    const rewards = own.filter((reward) => reward !== null);
    return rewards.length < own.length ? [] : [{ sample, own: rewards }];
  });
}
