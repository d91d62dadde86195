/** V after each token of a finished text, from one forward: of the value model, or of a value head over the policy's states. */
import { RunError } from "../../core/errors.ts";
import type { ObjectiveId } from "../../core/types.ts";
import { AnswerFeatures } from "../decode/answer-features.ts";
import type { ValuingHead } from "../interfaces.ts";
import type { Said } from "./said.ts";

export interface TextValues {
  /** V of the prompt alone. */
  readonly start: number;
  /** One a token. */
  readonly after: readonly number[];
}

/** @throws RunError "model-missing" where no value model has the objective */
export async function readValues({ tokens, binding }: Said, objective: ObjectiveId): Promise<TextValues> {
  const { value, policy } = binding.models;
  const column = value?.objectives.indexOf(objective) ?? -1;
  if (value === null || column < 0) {
    const message = `No value model is loaded for "${objective}". Choose another reward, or the laboratory’s models.`;
    throw new RunError("model-missing", message, { objective });
  }
  const prompt = binding.prompted(policy).prompt;
  const [start, ...after] = await value.read([...prompt, ...tokens], tokens.length + 1);
  return { start: start![column]!, after: after.map((each) => each[column]!) };
}

/** An end token says no more: its value is that of the text before it, as in decoding. */
export async function readHeadValues({ tokens, binding }: Said, head: ValuingHead): Promise<TextValues> {
  const { policy, tokenizer } = binding.models;
  if (policy.readStates === undefined || policy.states === undefined) throw new Error(`${policy.id} gives no states`);
  const ends = tokens.map((token) => tokenizer.endIds.includes(token));
  const spoken = tokens.filter((_, t) => !ends[t]);
  const answer = new AnswerFeatures(policy.states);
  const states = await policy.readStates([...binding.policy.prompt, ...spoken], spoken.length + 1, "states");
  const [start, ...values] = states.map((state) => head.value(answer.add(state)));
  let at = -1;
  return { start: start!, after: ends.map((isEnd) => (isEnd ? (values[at] ?? start!) : values[++at]!)) };
}
