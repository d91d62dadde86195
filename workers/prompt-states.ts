/** What the policy makes of prompts: the mean of its last states over what it reads before an answer. */
import type { Models, PromptVariant } from "../src/engine/interfaces.ts";
import { missing } from "./settled.ts";

/** @returns one `[hidden]` a prompt, one forward each; null where the policy's graph gives no states */
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
