/** What the judge says of texts as far as they go. */
import { mean } from "../src/core/stats.ts";
import { OBJECTIVES_OF_KIND, type Kind, type ObjectiveId, type Rewards, type TokenId } from "../src/core/types.ts";
import type { RewardModel } from "../src/engine/interfaces.ts";
import { missing } from "./settled.ts";

/** @throws RunError "model-missing" where no judge is loaded */
export async function judgeTexts(
  judge: RewardModel | null,
  kind: Kind,
  texts: readonly (readonly TokenId[])[],
): Promise<readonly Rewards[]> {
  if (judge === null) throw missing();
  const here: readonly ObjectiveId[] = OBJECTIVES_OF_KIND[kind];
  const scores = await judge.score(texts);
  return scores.map((own): Rewards => {
    const known = judge.objectives.flatMap((id, o) => (here.includes(id) ? [[id, mean(own[o]!)] as const] : []));
    return Object.fromEntries(known);
  });
}
