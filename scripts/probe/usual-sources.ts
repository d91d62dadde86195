/** Sources that every policy can be probed with. */
import { POLICY, type SourceId, type SourceKind, type SourceSpec } from "../../src/core/sources/spec.ts";
import type { ObjectiveId } from "../../src/core/types.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import { CONTRASTS } from "../../src/state/settings/worlds.ts";

export interface UsualSources {
  readonly sources: readonly SourceSpec[];
  /** What an ARM claims to know. */
  readonly objectives: Readonly<Record<SourceId, ObjectiveId>>;
}

export function usualSources(models: Models, isLab: boolean): UsualSources {
  const arms = isLab ? [...models.arms] : [];
  const kinds: (SourceKind & { readonly name: string })[] = [
    ...arms.map(([objective, { model }]) => ({
      name: `ARM of ${objective}`,
      type: "sibling" as const,
      model: model.id,
    })),
    ...(isLab ? [] : CONTRASTS).map(({ name, better, worse }) => ({
      name: `contrast ${name}`,
      type: "contrastive" as const,
      model: POLICY,
      better,
      worse,
    })),
    ...[...(models.heads?.keys() ?? [])].map((head) => ({ name: `head ${head}`, type: "head" as const, head })),
    { name: "average log-probability", type: "average-logprob", model: POLICY },
    ...(["sentiment", "formality", "flesch", "simple-words", "brevity"] as const).map((type) => ({
      name: `scorer ${type}`,
      type: "scorer" as const,
      scorer: { type },
    })),
  ];
  const sources = kinds.map((kind, i): SourceSpec => ({ ...kind, id: `s${i + 1}` }));
  const objectives = Object.fromEntries(arms.map(([objective], i) => [`s${i + 1}`, objective]));
  return { sources, objectives };
}
