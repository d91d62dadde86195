/** Which models stand behind a reward, and how they read a text. */
import { RunError } from "../../core/errors.ts";
import type { LensReward } from "../../core/lens/reading.ts";
import { isTerm } from "../../core/sources/spec.ts";
import type { Pusher } from "./read-pushes.ts";
import { readHeadValues, readValues, type TextValues } from "./read-values.ts";
import type { Said } from "./said.ts";

/** Null for a reward that pushes no tokens. @throws RunError "model-missing" and what `Binding` refuses a source with */
export function pusherOf(reward: LensReward, { binding }: Said, plausible: number): Pusher | null {
  if (reward.type === "arm") {
    const arm = binding.models.arms.get(reward.objective);
    if (arm !== undefined)
      return { type: "term", b: arm.b, parts: [{ prompted: binding.prompted(arm.model), sign: 1 }] };
    const message = `No autoregressive reward model is loaded for "${reward.objective}". Choose another reward, or the laboratory’s models.`;
    throw new RunError("model-missing", message, { objective: reward.objective });
  }
  if (reward.type !== "source") return null;
  const { source } = reward;
  if (isTerm(source)) return { type: "term", b: 1, parts: binding.termParts(source) };
  if (source.type !== "head" || source.kind === "value") return null;
  return { type: "head", head: binding.pushingHead(source), plausible };
}

/** Null for a reward that values no beginnings. */
export function valuerOf(reward: LensReward): ((said: Said) => Promise<TextValues>) | null {
  if (reward.type === "value") return (said) => readValues(said, reward.objective);
  if (reward.type !== "source" || reward.source.type !== "head" || reward.source.kind !== "value") return null;
  const { source } = reward;
  return (said) => readHeadValues(said, said.binding.valuingHead(source));
}

/** Replies are read after the whole answer, and the average of a part says nothing more of the whole. */
export function isOfWholeTexts(reward: LensReward): boolean {
  return reward.type === "source" && (reward.source.type === "follow-up" || reward.source.type === "average-logprob");
}
