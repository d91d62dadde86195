/** The contrasts that the page offers, as the sources of a request. */
import { POLICY, type SourceId, type SourceSpec } from "../../src/core/sources/spec.ts";
import { noWeights, type AllWeights } from "../../src/state/settings/settings-data.ts";
import { CONTRASTS } from "../../src/state/settings/worlds.ts";

/** Contrasts by name as sources s1, s2, …, each with the weight that it was tried with. */
export function contrastSources(names: readonly string[]): {
  readonly sources: readonly SourceSpec[];
  readonly weights: AllWeights;
} {
  const weights: Record<SourceId, number> = {};
  const sources = names.map((name, i): SourceSpec => {
    const preset = CONTRASTS.find((each) => each.name === name);
    if (preset === undefined) throw new Error(`there is no contrast "${name}"`);
    const id: SourceId = `s${i + 1}`;
    weights[id] = preset.weight;
    return { id, name, type: "contrastive", model: POLICY, better: preset.better, worse: preset.worse };
  });
  return { sources, weights: { ...noWeights(), ...weights } };
}
