/** What steers a lane at this moment: the models that its strategy asks, and how far each one pushes. */
import { RunError } from "../../core/errors.ts";
import { armAlpha } from "../../core/genarm.ts";
import { pushIds, isObjective } from "../../core/push-ids.ts";
import { canWeigh, isTerm } from "../../core/sources/spec.ts";
import type { PushId, Strategy, Weights } from "../../core/types.ts";
import type { PushingHead, ValuingHead } from "../interfaces.ts";
import type { Binding, BoundLabel, PromptedModel, TermPart } from "./binding.ts";
import { textScore, type TextGuide } from "./text-guide.ts";

/** Terms are in the order of `pushIds`, whatever the order of keys. */
export type Guidance = { readonly type: "none" } | TermGuidance | ValueGuidance;

/** GenARM: rewards of every token of the vocabulary. */
export interface TermGuidance {
  readonly type: "terms";
  readonly terms: readonly TermGuide[];
}

/** VAS and ARGS: values of the k likeliest tokens. */
export interface ValueGuidance {
  readonly type: "values";
  readonly k: number;
  /** What gives the objectives' values: VAS has the value model, ARGS the judge, and drops the tokens that it did not score. */
  readonly reader: "value" | "judge";
  readonly terms: readonly ValueGuide[];
  /** Classifiers to ask about every candidate. */
  readonly labels: readonly LabelGuide[];
  /** Sources to ask that score the texts which candidates make. */
  readonly texts: readonly TextGuide[];
  /** Value heads to ask about every candidate; the policy looks ahead for them. */
  readonly heads: readonly HeadGuide[];
  /** Numbers of a candidate, whether asked for or not, so that no column moves with the weights. */
  readonly width: number;
}

/** b times the token reward of `core/term-reward.ts`: an ARM has one part, a ratio two. */
export interface TermGuide {
  readonly id: PushId;
  /** Empty for a head. */
  readonly parts: readonly TermPart[];
  /** A head, which gives rewards as they are; null for signed sums of log-probabilities. */
  readonly head: PushingHead | null;
  /** The sibling whose states the head reads; null for the policy itself, and where there is no head. */
  readonly sibling: PromptedModel | null;
  /** w b / beta, not 0. */
  readonly alpha: number;
}

export interface ValueGuide {
  readonly id: PushId;
  /** Place in a candidate's vector of values: the reader's objectives, then one number a source. */
  readonly column: number;
  /** w / beta, not 0. */
  readonly scale: number;
}

/** A classifier's label, prefix-scored over the candidates (ARGS). */
export interface LabelGuide extends BoundLabel {
  readonly id: PushId;
  readonly column: number;
}

export interface HeadGuide {
  readonly id: PushId;
  readonly head: ValuingHead;
  readonly column: number;
}

const NO_GUIDANCE: Guidance = { type: "none" };

/** @throws RunError "model-missing" where an objective or a source with a weight has no model */
export function guidanceOf(strategy: Strategy, binding: Binding): Guidance {
  switch (strategy.id) {
    case "genarm":
      return termGuidance(strategy, binding);
    case "vas":
    case "args":
      return valueGuidance(strategy, binding);
    case "base":
    case "bon":
    case "soft-bon":
    case "oracle-bon":
    case "blockwise":
      return NO_GUIDANCE;
    default:
      throw new Error(`unknown strategy ${JSON.stringify(strategy satisfies never)}`);
  }
}

function termGuidance(strategy: Strategy & { id: "genarm" }, binding: Binding): Guidance {
  const terms = activeIds(strategy).map((id): TermGuide => {
    const alpha = (b: number): number => armAlpha(strategy.weights[id] ?? 0, b, strategy.beta);
    if (isObjective(id)) {
      const arm = binding.models.arms.get(id);
      if (arm === undefined) throw missing(id, "autoregressive reward model");
      const parts = [{ prompted: binding.prompted(arm.model), sign: 1 }] as const;
      return { id, alpha: alpha(arm.b), head: null, sibling: null, parts };
    }
    const spec = binding.source(id);
    if (spec.type === "head") {
      const head = binding.pushingHead(spec);
      return { id, alpha: alpha(1), head, sibling: binding.siblingOf(head), parts: [] };
    }
    if (!isTerm(spec)) throw new Error(`a source of type ${spec.type} has no terms`);
    return { id, alpha: alpha(1), head: null, sibling: null, parts: binding.termParts(spec) };
  });
  return terms.length === 0 ? NO_GUIDANCE : { type: "terms", terms };
}

function valueGuidance(strategy: Strategy & { id: "vas" | "args" }, binding: Binding): Guidance {
  const { models, request } = binding;
  const reader = strategy.id === "vas" ? "value" : "judge";
  const { objectives = [] } = (reader === "value" ? models.value : models.judge) ?? {};
  const types = ["classifier", "head", "scorer", "rule"] as const;
  const ids = types.flatMap((type) =>
    (request.sources ?? []).flatMap((spec) => (spec.type === type && canWeigh(strategy.id, spec) ? [spec.id] : [])),
  );
  const labels: LabelGuide[] = [];
  const texts: TextGuide[] = [];
  const heads: HeadGuide[] = [];
  const terms = activeIds(strategy).map((id): ValueGuide => {
    const scale = (strategy.weights[id] ?? 0) / strategy.beta;
    if (isObjective(id)) {
      const column = objectives.indexOf(id);
      if (column < 0) throw missing(id, reader === "value" ? "value model" : "judge");
      return { id, column, scale };
    }
    const spec = binding.source(id);
    const column = objectives.length + ids.indexOf(spec.id);
    if (spec.type === "scorer" || spec.type === "rule") texts.push({ id, column, score: textScore(spec, binding) });
    else if (spec.type === "head") heads.push({ id, column, head: binding.valuingHead(spec) });
    else labels.push({ id, column, ...binding.label(spec) });
    return { id, column, scale };
  });
  if (terms.length === 0) return NO_GUIDANCE;
  return { type: "values", k: strategy.k, reader, terms, labels, texts, heads, width: objectives.length + ids.length };
}

/** What steers: weight not 0 and beta finite. The models of the others are not asked at all. */
function activeIds({ beta, weights }: { readonly beta: number; readonly weights: Weights }): PushId[] {
  return beta === Infinity ? [] : pushIds(weights).filter((id) => (weights[id] ?? 0) !== 0);
}

function missing(objective: PushId, what: string): RunError {
  const message = `No ${what} is loaded for "${objective}"; set its weight to 0, or load one.`;
  return new RunError("model-missing", message, { objective });
}
