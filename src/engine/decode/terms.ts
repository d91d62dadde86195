/** What a term of the distribution is made of: which models read which prompts, and with which sign their log-probabilities enter. */
import { RunError } from "../../core/errors.ts";
import { POLICY, type ModelId, type TermSpec } from "../../core/sources/spec.ts";
import type { RunRequest, TokenId } from "../../core/types.ts";
import type { CausalModel, Models } from "../interfaces.ts";

/** One model under one prompt. Rows of equal model and prompt are one row of work, whichever terms they serve. */
export interface TermPart {
  readonly model: CausalModel;
  /** null: the plain prompt. */
  readonly instruction: string | null;
  /** r(v) = sum over parts of sign times log pi_part(v). */
  readonly sign: 1 | -1;
}

export function termParts(spec: TermSpec, models: Models): readonly TermPart[] {
  const part = (id: ModelId, instruction: string | null, sign: TermPart["sign"]): TermPart => {
    return { model: readerOf(models, id, spec.name), instruction, sign };
  };
  switch (spec.type) {
    case "sibling":
      return [part(spec.model, null, 1)];
    case "sibling-ratio": {
      const criteria = spec.criteria.trim() === "" ? null : spec.criteria;
      return [part(spec.strong, criteria, 1), part(spec.weak, criteria, -1)];
    }
    case "contrastive":
      return [part(spec.model, spec.better, 1), part(spec.model, spec.worse, -1)];
    default:
      throw new Error(`unknown term ${JSON.stringify(spec satisfies never)}`);
  }
}

/** @throws RunError "model-missing", "vocab-mismatch" */
export function readerOf(models: Models, id: ModelId, name: string): CausalModel {
  const model = id === POLICY ? models.policy : models.readers.get(id);
  if (model === undefined) {
    const known = [...new Set([POLICY, ...models.readers.keys()])].join(", ");
    const message = `"${name}" asks the model "${id}", which is not loaded; load it, or choose one of ${known}.`;
    throw new RunError("model-missing", message, { source: name, model: id });
  }
  const { vocabSize } = models.policy;
  if (model.vocabSize === vocabSize) return model;
  const sizes = `${model.vocabSize} tokens and the policy ${vocabSize}`;
  const message = `"${name}" asks the model "${id}", which has ${sizes}; choose a model of the policy’s tokenizer.`;
  throw new RunError("vocab-mismatch", message, {
    source: name,
    model: id,
    tokens: model.vocabSize,
    policy: vocabSize,
  });
}

/** Tokens that a part's model reads before the response. */
export function promptOf(
  models: Models,
  { kind, prompt }: Pick<RunRequest, "kind" | "prompt">,
  { model, instruction }: Pick<TermPart, "model" | "instruction">,
): TokenId[] {
  return models.promptIds(model.id, { kind, prompt, instruction });
}
