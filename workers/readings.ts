/** What the models read off texts on request: the judge’s rewards of texts as far as they go, the policy’s states of prompts. */
import { mean } from "../src/core/stats.ts";
import { OBJECTIVES_OF_KIND, type Kind, type ObjectiveId, type Rewards, type TokenId } from "../src/core/types.ts";
import type { Models, PromptVariant, RewardModel } from "../src/engine/interfaces.ts";
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

/**
 * The mean of the last states over what the policy reads before an answer.
 * @returns one `[hidden]` a prompt, one forward each; null where the policy's graph gives no states
 */
export async function promptStates(
  models: Models | null,
  prompts: readonly Pick<PromptVariant, "kind" | "prompt">[],
): Promise<readonly Float32Array[] | null> {
  if (models === null) throw missing();
  const { id, readStates } = models.policy;
  if (readStates === undefined) return null;
  const found: Float32Array[] = [];
  for (const { kind, prompt } of prompts) {
    const ids = models.promptIds(id, { kind, prompt, instruction: null, system: "", turns: [] });
    const states = await readStates(ids, ids.length);
    const mean = new Float32Array(states[0]?.hidden.length ?? 0);
    for (const { hidden } of states) for (let i = 0; i < mean.length; i++) mean[i]! += hidden[i]! / states.length;
    found.push(mean);
  }
  return found;
}
