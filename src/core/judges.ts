/** The judges that come with the page. One of them scores whole texts and ranks best-of-N; the visitor chooses which. */
import { isObjective, pushIds } from "./push-ids.ts";
import { OBJECTIVE_IDS, type ModelRef, type ObjectiveId, type Weights } from "./types.ts";

/** Ids of model folders. "judge" is the careful one; "fallible" holds five that were taught on few and partly wrong labels. */
export const JUDGE_IDS = ["judge", "fallible"] as const;
export type JudgeId = (typeof JUDGE_IDS)[number];
export const CAREFUL_JUDGE: JudgeId = "judge";

/** What must be known of a judge before it is fetched; a test holds it against the card. */
export interface JudgeFacts {
  readonly objectives: readonly ObjectiveId[];
  readonly members: number;
  /** Of its graph, the one file that is fetched; about, so that a page can say it beforehand. */
  readonly bytes: number;
}

export const JUDGES: Readonly<Record<JudgeId, JudgeFacts>> = {
  judge: { objectives: OBJECTIVE_IDS, members: 1, bytes: 1_200_000 },
  fallible: { objectives: ["adventure", "helpful"], members: 5, bytes: 5_900_000 },
};

/** The objectives with a weight that a judge does not score, so that it cannot rank by them. */
export function unjudged(weights: Weights, { objectives }: Pick<JudgeFacts, "objectives">): ObjectiveId[] {
  return pushIds(weights)
    .filter(isObjective)
    .filter((id) => (weights[id] ?? 0) !== 0 && !objectives.includes(id));
}

/** Which of these judges is among the models of a run; null for runs of other models. */
export function judgeAmong(models: readonly Pick<ModelRef, "id">[]): JudgeId | null {
  return JUDGE_IDS.find((judge) => models.some(({ id }) => id === judge)) ?? null;
}
