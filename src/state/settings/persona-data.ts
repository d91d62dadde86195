/** What the visitor keeps of personas and of weights that the prompt chooses; `personas.ts` and `gate.ts` say what they do. */
import * as v from "valibot";
import defaults from "../../core/defaults.json" with { type: "json" };
import { isObjective } from "../../core/push-ids.ts";
import { parseSources } from "../../core/sources/parse.ts";
import { isSourceId, type SourceSpec } from "../../core/sources/spec.ts";
import type { PushId } from "../../core/types.ts";

export const PERSONA_LIMITS = { own: 12, nameCharacters: 24 } as const;

/** A visitor's own, as it is kept: the weights that were not 0, and the sources among them. */
export const personaSchema = v.pipe(
  v.strictObject({
    name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(PERSONA_LIMITS.nameCharacters)),
    weights: v.record(
      v.string(),
      v.pipe(v.number(), v.finite(), v.minValue(-defaults.weightMax), v.maxValue(defaults.weightMax)),
    ),
    sources: v.pipe(
      v.array(v.unknown()),
      v.rawTransform(({ dataset, addIssue, NEVER }): readonly SourceSpec[] => {
        try {
          return parseSources(dataset.value, "sources");
        } catch (error) {
          addIssue({ message: error instanceof Error ? error.message : "not a source" });
          return NEVER;
        }
      }),
    ),
  }),
  v.check(
    ({ weights, sources }) =>
      Object.keys(weights).every((id) => isObjective(id) || (isSourceId(id) && sources.some((spec) => spec.id === id))),
    "a weight of nothing",
  ),
);
export type OwnPersona = v.InferOutput<typeof personaSchema>;

export const GATE_LIMITS = {
  temperature: { min: 0.01, max: 1, step: 0.01 },
  prompts: 20,
  promptCharacters: 300,
} as const;

export const gateSchema = v.strictObject({
  isOn: v.boolean(),
  /** Near 0 the likest prompt decides alone. */
  temperature: v.pipe(
    v.number(),
    v.finite(),
    v.minValue(GATE_LIMITS.temperature.min),
    v.maxValue(GATE_LIMITS.temperature.max),
  ),
  /** Labelled prompts of the visitor; null for those of the page. */
  prompts: v.nullable(
    v.pipe(
      v.array(
        v.strictObject({
          prompt: v.pipe(v.string(), v.maxLength(GATE_LIMITS.promptCharacters)),
          persona: v.pipe(v.string(), v.maxLength(PERSONA_LIMITS.nameCharacters)),
        }),
      ),
      v.maxLength(GATE_LIMITS.prompts),
    ),
  ),
  /** Weights that the visitor set while the gate was on: it leaves them alone. */
  byHand: v.pipe(
    v.array(
      v.pipe(
        v.string(),
        v.check((id) => isObjective(id) || isSourceId(id), "no objective and no source"),
        v.transform((id) => id as PushId),
      ),
    ),
    v.maxLength(40),
  ),
});
export type GateData = v.InferOutput<typeof gateSchema>;

export function defaultGate(): GateData {
  return { isOn: false, temperature: 0.1, prompts: null, byHand: [] };
}
