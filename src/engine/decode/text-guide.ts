/** Sources that score a text at once, without a model, as ARGS asks them. */
import { findPattern } from "../../core/patterns/pattern.ts";
import { ruleScore } from "../../core/sources/rules.ts";
import type { SourceSpec } from "../../core/sources/spec.ts";
import type { PushId } from "../../core/types.ts";
import type { Binding } from "./binding.ts";
import { requireFinite } from "./finite-score.ts";

export interface TextGuide {
  readonly id: PushId;
  readonly column: number;
  /** NaN where the source says nothing of a text. */
  readonly score: (text: string) => Promise<number>;
}

/** @param spec a rule or a scorer */
export function textScore(spec: SourceSpec, binding: Binding): TextGuide["score"] {
  return async (text) => {
    if (spec.type === "rule") return ruleScore(spec.rule, text, findPattern) ?? NaN;
    if (spec.type !== "scorer") throw new Error(`a source of type ${spec.type} reads no text by itself`);
    return requireFinite(spec.name, (await binding.scorer(spec)).score(text)) ?? NaN;
  };
}
