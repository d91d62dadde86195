/** Whether a request can run on the models that are loaded. */
import { RunError } from "../../core/errors.ts";
import { isObjective, pushIds } from "../../core/push-ids.ts";
import { isTerm, modelsAsked, type SourceSpec } from "../../core/sources/spec.ts";
import type { RunRequest, Strategy } from "../../core/types.ts";
import { checkRanking } from "./check-ranking.ts";
import { asFollowUp } from "./text-scores.ts";
import { readerOf, type Binding, type PromptedModel } from "./binding.ts";
import { checkMoving } from "./moving-weights.ts";
import { guidanceOf } from "./plan.ts";

/**
 * Refuses what this set of models cannot run, before anything is computed.
 * @throws RunError "context-overflow", "vocab-mismatch", "model-missing", "invalid-request"
 */
export function checkModels(request: RunRequest, binding: Binding): void {
  const { policy, arms } = binding.models;
  for (const { objective, model } of arms.values()) {
    if (model.vocabSize === policy.vocabSize) continue;
    const sizes = `${model.vocabSize} tokens and the policy ${policy.vocabSize}`;
    const message = `The reward model for "${objective}" has ${sizes}; load models of one tokenizer.`;
    const details = { model: model.id, tokens: model.vocabSize, policy: policy.vocabSize };
    throw new RunError("vocab-mismatch", message, details);
  }
  checkContext(request, binding);
  for (const { strategy, opening = [] } of request.lanes) {
    checkStrategy(strategy, binding, request.maxTokens);
    const stray = opening.find((token) => token >= policy.vocabSize);
    if (stray === undefined) continue;
    const message = `A branch begins with token ${stray}, but the policy’s tokens end at ${policy.vocabSize - 1}; make the branch again.`;
    throw new RunError("vocab-mismatch", message, { token: stray, bound: policy.vocabSize - 1 });
  }
}

function checkContext({ maxTokens }: RunRequest, binding: Binding): void {
  const { policy, arms, value, judge } = binding.models;
  const { prompt } = binding.policy;
  const armContexts = [...arms.values()].map((arm) => arm.model.context);
  const context = Math.min(policy.context, ...armContexts, value?.context ?? Infinity, judge?.context ?? Infinity);
  const room = context - prompt.length;
  if (maxTokens <= room) return;
  const wanted = `The prompt has ${prompt.length} tokens and the answer may have ${maxTokens}`;
  const wayOut = room > 0 ? `shorten the prompt or ask for at most ${room} tokens` : "shorten the prompt";
  const message = `${wanted}, but the models read at most ${context} tokens in all; ${wayOut}.`;
  throw new RunError("context-overflow", message, { prompt: prompt.length, maxTokens, context });
}

/** Whether the models can follow a strategy; asked again when a setting moves. */
export function checkStrategy(strategy: Strategy, binding: Binding, maxTokens: number): void {
  guidanceOf(strategy, binding);
  checkMoving(strategy, binding);
  if (strategy.id === "base") return;
  const weighed = pushIds(strategy.weights).filter((id) => (strategy.weights[id] ?? 0) !== 0);
  for (const id of weighed) if (!isObjective(id)) checkSource(binding.source(id), binding, maxTokens);
  const { policy } = binding.models;
  if ((strategy.id === "vas" || strategy.id === "args") && strategy.k > policy.vocabSize) {
    const message = `k must be at most ${policy.vocabSize}, the size of the vocabulary, got ${strategy.k}; lower it`;
    throw new RunError("invalid-request", message, { k: strategy.k, bound: policy.vocabSize });
  }
  checkRanking(strategy, binding.models);
}

/** The models of a source, and whether its prompts leave room for the answer. */
function checkSource(spec: SourceSpec, binding: Binding, maxTokens: number): void {
  if (spec.type === "classifier") return void binding.label(spec);
  if (spec.type === "head") {
    const sibling = binding.siblingOf(binding.head(spec));
    if (sibling !== null) checkRoom(spec, sibling, maxTokens);
    return;
  }
  if (isTerm(spec)) {
    const parts = binding.termParts(spec);
    const [first, second] = parts;
    // The policy may be named by its alias and by its id.
    if (spec.type === "sibling-ratio" && first?.prompted.model === second?.prompted.model) throw itself(spec);
    for (const { prompted } of parts) checkRoom(spec, prompted, maxTokens);
    return;
  }
  const followUps = spec.type === "follow-up" ? [...spec.positive, ...spec.negative] : [];
  const longest = Math.max(0, ...followUps.map((text) => binding.models.tokenizer.encode(asFollowUp(text)).length));
  for (const id of modelsAsked(spec)) {
    const model = readerOf(binding.models, id, spec.name);
    checkRoom(spec, binding.prompted(model), maxTokens + longest);
  }
}

function itself({ name, strong, weak }: SourceSpec & { readonly type: "sibling-ratio" }): RunError {
  const message = `"${name}" compares "${strong}" with "${weak}", which is the same model; choose another for one of them.`;
  return new RunError("invalid-request", message, { source: name, model: strong });
}

function checkRoom({ name }: SourceSpec, { model: { id, context }, prompt }: PromptedModel, maxTokens: number): void {
  if (prompt.length + maxTokens <= context) return;
  const wanted = `"${name}" gives ${id} a prompt of ${prompt.length} tokens and an answer of up to ${maxTokens}`;
  const message = `${wanted}, but it reads at most ${context} tokens in all; shorten its texts, the prompt or the answer.`;
  throw new RunError("context-overflow", message, { prompt: prompt.length, maxTokens, context });
}
