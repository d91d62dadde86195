/** Which models a strategy asks, and whether a request can run on the models that are loaded. */
import { RunError } from "../core/errors.ts";
import { armAlpha } from "../core/genarm.ts";
import { OBJECTIVE_IDS } from "../core/types.ts";
import type { ObjectiveId, RunRequest, Strategy, TokenId, Weights } from "../core/types.ts";
import type { ArmSource, Models } from "./interfaces.ts";

/** What steers a lane's rows at this moment; terms are in the order of `OBJECTIVE_IDS`, whatever the order of keys. */
export type Guidance =
  | { readonly type: "none" }
  | { readonly type: "arms"; readonly terms: readonly ArmGuide[] }
  | { readonly type: "values"; readonly k: number; readonly terms: readonly ValueGuide[] };

export interface ArmGuide {
  readonly source: ArmSource;
  /** w b / beta, not 0. */
  readonly alpha: number;
}

export interface ValueGuide {
  readonly objective: ObjectiveId;
  /** Place of the objective in the output of the value model. */
  readonly column: number;
  /** w / beta, not 0. */
  readonly strength: number;
}

/** @throws RunError "model-missing" where an objective with a weight has no model */
export function guidanceOf(strategy: Strategy, models: Models): Guidance {
  switch (strategy.id) {
    case "genarm": {
      const terms: ArmGuide[] = [];
      for (const objective of activeObjectives(strategy)) {
        const source = models.arms.get(objective);
        if (source === undefined) throw missing(objective, "autoregressive reward model");
        terms.push({ source, alpha: armAlpha(strategy.weights[objective] ?? 0, source.b, strategy.beta) });
      }
      return terms.length === 0 ? { type: "none" } : { type: "arms", terms };
    }
    case "vas": {
      const terms = activeObjectives(strategy).map((objective) => {
        const column = models.value?.objectives.indexOf(objective) ?? -1;
        if (column < 0) throw missing(objective, "value model");
        return { objective, column, strength: (strategy.weights[objective] ?? 0) / strategy.beta };
      });
      return terms.length === 0 ? { type: "none" } : { type: "values", k: strategy.k, terms };
    }
    case "base":
    case "bon":
    case "soft-bon":
    case "oracle-bon":
      return { type: "none" };
    default:
      throw new Error(`unknown strategy ${JSON.stringify(strategy satisfies never)}`);
  }
}

/** Objectives that steer: weight not 0 and beta finite. The models of the others are not asked at all. */
function activeObjectives({ beta, weights }: { readonly beta: number; readonly weights: Weights }): ObjectiveId[] {
  return beta === Infinity ? [] : OBJECTIVE_IDS.filter((objective) => (weights[objective] ?? 0) !== 0);
}

function missing(objective: ObjectiveId, what: string): RunError {
  const message = `No ${what} is loaded for "${objective}"; set its weight to 0, or load one.`;
  return new RunError("model-missing", message, { objective });
}

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
    checkStrategy(strategy, models);
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
export function checkStrategy(strategy: Strategy, models: Models): void {
  guidanceOf(strategy, models);
  const { policy, judge } = models;
  if (strategy.id === "vas" && strategy.k > policy.vocabSize) {
    const message = `k must be at most ${policy.vocabSize}, the vocabulary, got ${strategy.k}; lower it`;
    throw new RunError("invalid-request", message, { k: strategy.k, bound: policy.vocabSize });
  }
  if (strategy.id !== "bon" && strategy.id !== "soft-bon") return;
  if (judge === null) {
    const message = "Best-of-N ranks by the reward model, and none is loaded; load it or remove the lane.";
    throw new RunError("model-missing", message);
  }
  for (const objective of OBJECTIVE_IDS) {
    const isRanked = (strategy.weights[objective] ?? 0) !== 0;
    if (isRanked && !judge.objectives.includes(objective)) throw missing(objective, "reward model");
  }
}
