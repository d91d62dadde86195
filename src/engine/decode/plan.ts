/** Which models a strategy asks, at this moment. */
import { RunError } from "../../core/errors.ts";
import { armAlpha } from "../../core/genarm.ts";
import { pushIds, isObjective } from "../../core/push-ids.ts";
import { isTerm, type SourceSpec } from "../../core/sources/spec.ts";
import type { PushId, Strategy, Weights } from "../../core/types.ts";
import type { Classifier, Models } from "../interfaces.ts";
import { termParts, type TermPart } from "./terms.ts";

/** What steers a lane's rows at this moment; terms are in the order of `pushIds`, whatever the order of keys. */
export type Guidance =
  | { readonly type: "none" }
  | { readonly type: "terms"; readonly terms: readonly TermGuide[] }
  | {
      readonly type: "values";
      readonly k: number;
      readonly terms: readonly ValueGuide[];
      /** Classifiers to ask about every candidate. */
      readonly labels: readonly LabelGuide[];
      /** Columns that the classifiers of the request have, whether asked or not, so that none moves with the weights. */
      readonly labelColumns: number;
    };

/** r(v) = b times the signed sum of its parts' log-probabilities: an ARM has one part, a ratio two. */
export interface TermGuide {
  readonly id: PushId;
  readonly parts: readonly TermPart[];
  /** w b / beta, not 0. */
  readonly alpha: number;
}

export interface ValueGuide {
  readonly id: PushId;
  /** Place in a candidate's vector of values: the outputs of the value model, then one number a classifier. */
  readonly column: number;
  /** w / beta, not 0. */
  readonly scale: number;
}

/** A classifier's label, prefix-scored over the candidates (ARGS). */
export interface LabelGuide {
  readonly id: PushId;
  readonly classifier: Classifier;
  readonly label: number;
  readonly column: number;
}

const NO_GUIDANCE: Guidance = { type: "none" };

/** @throws RunError "model-missing" where an objective or a source with a weight has no model */
export function guidanceOf(strategy: Strategy, models: Models, sources: readonly SourceSpec[] = []): Guidance {
  switch (strategy.id) {
    case "genarm": {
      const terms = activeIds(strategy).map((id): TermGuide => {
        const alpha = (b: number): number => armAlpha(strategy.weights[id] ?? 0, b, strategy.beta);
        if (isObjective(id)) {
          const source = models.arms.get(id);
          if (source === undefined) throw missing(id, "autoregressive reward model");
          return { id, alpha: alpha(source.b), parts: [{ model: source.model, instruction: null, sign: 1 }] };
        }
        const spec = sourceById(sources, id);
        if (!isTerm(spec)) throw new Error(`a source of type ${spec.type} has no terms`);
        return { id, alpha: alpha(1), parts: termParts(spec, models) };
      });
      return terms.length === 0 ? NO_GUIDANCE : { type: "terms", terms };
    }
    case "vas":
      return valueGuidance(strategy, models, sources);
    case "base":
    case "bon":
    case "soft-bon":
    case "oracle-bon":
      return NO_GUIDANCE;
    default:
      throw new Error(`unknown strategy ${JSON.stringify(strategy satisfies never)}`);
  }
}

function valueGuidance(strategy: Strategy & { id: "vas" }, models: Models, sources: readonly SourceSpec[]): Guidance {
  const classifiers = sources.filter((spec) => spec.type === "classifier").map(({ id }) => id);
  const labels: LabelGuide[] = [];
  const terms = activeIds(strategy).map((id): ValueGuide => {
    const scale = (strategy.weights[id] ?? 0) / strategy.beta;
    if (isObjective(id)) {
      const column = models.value?.objectives.indexOf(id) ?? -1;
      if (column < 0) throw missing(id, "value model");
      return { id, column, scale };
    }
    const column = (models.value?.objectives.length ?? 0) + classifiers.indexOf(id);
    labels.push({ id, column, ...labelOf(sourceById(sources, id), models) });
    return { id, column, scale };
  });
  if (terms.length === 0) return NO_GUIDANCE;
  return { type: "values", k: strategy.k, terms, labels, labelColumns: classifiers.length };
}

/** The classifier of a source and the place of its label. */
export function labelOf(spec: SourceSpec, models: Models): Pick<LabelGuide, "classifier" | "label"> {
  if (spec.type !== "classifier") throw new Error(`a source of type ${spec.type} values no candidates`);
  const classifier = models.classifiers.get(spec.model);
  if (classifier === undefined) {
    const known = [...models.classifiers.keys()];
    const wayOut = known.length === 0 ? "load one" : `load it, or choose one of ${known.join(", ")}`;
    const message = `"${spec.name}" asks the classifier "${spec.model}", which is not loaded; ${wayOut}.`;
    throw new RunError("model-missing", message, { source: spec.name, model: spec.model });
  }
  const label = classifier.labels.indexOf(spec.label);
  if (label >= 0) return { classifier, label };
  const labels = classifier.labels.join(", ");
  const message = `"${spec.name}" asks for the label "${spec.label}", and ${spec.model} has ${labels}; choose one.`;
  throw new RunError("invalid-request", message, { source: spec.name, label: spec.label });
}

/** The source behind an id; requests are checked to define what they weigh. */
export function sourceById(sources: readonly SourceSpec[], id: PushId): SourceSpec {
  const spec = sources.find((each) => each.id === id);
  if (spec === undefined) throw new Error(`no source ${id}, though a lane weighs it`);
  return spec;
}

/** What steers: weight not 0 and beta finite. The models of the others are not asked at all. */
function activeIds({ beta, weights }: { readonly beta: number; readonly weights: Weights }): PushId[] {
  return beta === Infinity ? [] : pushIds(weights).filter((id) => (weights[id] ?? 0) !== 0);
}

function missing(objective: PushId, what: string): RunError {
  const message = `No ${what} is loaded for "${objective}"; set its weight to 0, or load one.`;
  return new RunError("model-missing", message, { objective });
}
