/** Whether a request can run on the models that are loaded. */
import { RunError } from "../../core/errors.ts";
import { unjudged } from "../../core/judges.ts";
import { isObjective, pushIds } from "../../core/push-ids.ts";
import { isTerm, modelsAsked, type SourceSpec } from "../../core/sources/spec.ts";
import type { ObjectiveId, RunRequest, Strategy, TokenId } from "../../core/types.ts";
import type { CausalModel, Models, RewardModel } from "../interfaces.ts";
import { asFollowUp } from "./text-scores.ts";
import { guidanceOf, labelOf, sourceById } from "./plan.ts";
import { termParts, promptOf, readerOf } from "./terms.ts";

/**
 * Refuses what this set of models cannot run, before anything is computed.
 * @throws RunError "context-overflow", "vocab-mismatch", "model-missing", "invalid-request"
 */
export function checkModels(request: RunRequest, prompt: readonly TokenId[], models: Models): void {
  const { policy, arms } = models;
  for (const { objective, model } of arms.values()) {
    if (model.vocabSize === policy.vocabSize) continue;
    const sizes = `${model.vocabSize} tokens and the policy ${policy.vocabSize}`;
    const message = `The reward model for "${objective}" has ${sizes}; load models of one tokenizer.`;
    const details = { model: model.id, tokens: model.vocabSize, policy: policy.vocabSize };
    throw new RunError("vocab-mismatch", message, details);
  }
  checkContext(request, prompt, models);
  for (const { strategy, opening = [] } of request.lanes) {
    checkStrategy(strategy, request, models);
    const stray = opening.find((token) => token >= policy.vocabSize);
    if (stray === undefined) continue;
    const message = `A branch begins with token ${stray}, and the policy has ${policy.vocabSize}; make the branch anew.`;
    throw new RunError("vocab-mismatch", message, { token: stray, bound: policy.vocabSize - 1 });
  }
}

function checkContext({ maxTokens }: RunRequest, prompt: readonly TokenId[], models: Models): void {
  const { policy, arms, value, judge } = models;
  const armContexts = [...arms.values()].map((arm) => arm.model.context);
  const context = Math.min(policy.context, ...armContexts, value?.context ?? Infinity, judge?.context ?? Infinity);
  const room = context - prompt.length;
  if (maxTokens <= room) return;
  const wanted = `The prompt has ${prompt.length} tokens and the answer may have ${maxTokens}`;
  const wayOut = room > 0 ? `shorten the prompt or ask for at most ${room} tokens` : "shorten the prompt";
  const message = `${wanted}, but the models read ${context} in all; ${wayOut}.`;
  throw new RunError("context-overflow", message, { prompt: prompt.length, maxTokens, context });
}

/** Whether the models can follow a strategy; asked again when a setting moves. */
export function checkStrategy(strategy: Strategy, request: RunRequest, models: Models): void {
  guidanceOf(strategy, models, request.sources);
  if (strategy.id === "base") return;
  const weighed = pushIds(strategy.weights).filter((id) => (strategy.weights[id] ?? 0) !== 0);
  for (const id of weighed) if (!isObjective(id)) checkSource(sourceById(request.sources ?? [], id), request, models);
  const { policy, judge } = models;
  if (strategy.id === "vas" && strategy.k > policy.vocabSize) {
    const message = `k must be at most ${policy.vocabSize}, the vocabulary, got ${strategy.k}; lower it`;
    throw new RunError("invalid-request", message, { k: strategy.k, bound: policy.vocabSize });
  }
  if (strategy.id !== "bon" && strategy.id !== "soft-bon") return;
  const judged = weighed.filter(isObjective);
  if (judge === null) {
    // Sources rank by themselves.
    if (weighed.length > judged.length && judged.length === 0) return;
    const message = "Best-of-N ranks by the reward model, and none is loaded; load it or remove the lane.";
    throw new RunError("model-missing", message);
  }
  const [stray] = unjudged(strategy.weights, judge);
  if (stray !== undefined) throw unknownTo(judge, stray);
}

function unknownTo({ id, objectives }: RewardModel, objective: ObjectiveId): RunError {
  const wanted = `Best-of-N ranks by the reward model "${id}", which scores ${objectives.join(", ")} and not "${objective}"`;
  const message = `${wanted}; set its weight to 0 in that lane, or choose another judge.`;
  return new RunError("unknown-objective", message, { objective, model: id });
}

/** The models of a source, and whether its prompts leave room for the answer. */
function checkSource(spec: SourceSpec, request: RunRequest, models: Models): void {
  if (spec.type === "classifier") return void labelOf(spec, models);
  if (isTerm(spec)) {
    const parts = termParts(spec, models);
    const [first, second] = parts;
    // The policy may be named by its alias and by its id.
    if (spec.type === "sibling-ratio" && first?.model === second?.model) throw itself(spec);
    for (const part of parts) checkRoom(spec, part.model, promptOf(models, request, part), request);
    return;
  }
  const followUps = spec.type === "follow-up" ? [...spec.positive, ...spec.negative] : [];
  const longest = Math.max(0, ...followUps.map((text) => models.tokenizer.encode(asFollowUp(text)).length));
  for (const id of modelsAsked(spec)) {
    const model = readerOf(models, id, spec.name);
    const prompt = promptOf(models, request, { model, instruction: null });
    checkRoom(spec, model, prompt, { maxTokens: request.maxTokens + longest });
  }
}

function itself({ name, strong, weak }: SourceSpec & { readonly type: "sibling-ratio" }): RunError {
  const message = `"${name}" compares "${strong}" with "${weak}", which is the same model; choose another for one of them.`;
  return new RunError("invalid-request", message, { source: name, model: strong });
}

function checkRoom(
  { name }: SourceSpec,
  { id, context }: CausalModel,
  prompt: readonly TokenId[],
  { maxTokens }: Pick<RunRequest, "maxTokens">,
): void {
  if (prompt.length + maxTokens <= context) return;
  const wanted = `"${name}" has ${id} read ${prompt.length} tokens and then up to ${maxTokens}`;
  const message = `${wanted}, but it reads ${context} in all; shorten its texts, the prompt or the answer.`;
  throw new RunError("context-overflow", message, { prompt: prompt.length, maxTokens, context });
}
