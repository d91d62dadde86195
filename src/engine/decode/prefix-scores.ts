/** What rewards of whole texts say of every candidate's prefix (ARGS): the judge, and sources that read texts. */
import { mean } from "../../core/stats.ts";
import type { TokenId } from "../../core/types.ts";
import type { RewardModel } from "../interfaces.ts";
import type { ValueGuidance } from "./plan.ts";
import type { Row } from "./row.ts";
import type { CountForward } from "./followers.ts";

export interface PrefixUser {
  readonly row: Row;
  readonly guide: ValueGuidance;
  readonly candidates: readonly TokenId[];
  /** Receive the scores, one vector a candidate. */
  readonly vectors: readonly Float64Array[];
}

interface Clock {
  readonly now: () => number;
  readonly ms: Record<string, number>;
}

/** One forward of the judge for all candidates of all rows that it steers. It has no cache: every prefix is read whole. */
export async function addJudged(
  users: readonly PrefixUser[],
  judge: RewardModel | null,
  count: CountForward,
  { now, ms }: Clock,
): Promise<void> {
  const own = users.filter(({ guide }) => guide.reader === "judge" && guide.terms.some(isObjectiveOf(judge)));
  if (judge === null || own.length === 0) return;
  const start = now();
  const prefixes = own.flatMap(({ row, candidates }) => candidates.map((token) => [...row.prefix, token]));
  const scores = await judge.score(prefixes);
  let at = 0;
  for (const { vectors } of own) {
    for (const vector of vectors) {
      for (const [o, members] of scores[at]!.entries()) vector[o] = mean([...members]);
      at += 1;
    }
  }
  count(
    judge.id,
    own.flatMap(({ row, candidates }) => candidates.map(() => row)),
  );
  ms[judge.id] = (ms[judge.id] ?? 0) + now() - start;
}

function isObjectiveOf(judge: RewardModel | null) {
  return ({ column }: { readonly column: number }): boolean => column < (judge?.objectives.length ?? 0);
}

/** Each text so far with each candidate after it. An end token adds no words. */
export async function addTexts(
  { row, guide, candidates, vectors }: PrefixUser,
  endIds: readonly TokenId[],
): Promise<void> {
  for (const { column, score } of guide.texts) {
    for (const [c, token] of candidates.entries()) {
      const added = endIds.includes(token) ? "" : row.stream.peek(token);
      vectors[c]![column] = await score((row.stream.text + added).trim());
    }
  }
}
