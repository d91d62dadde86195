/** Sources of the command line: the contrasts that the page offers for a chat model, and every head that is loaded. */
import { POLICY, type SourceKind, type SourceSpec } from "../../src/core/sources/spec.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import { CONTRASTS } from "../../src/state/settings/worlds.ts";

export function usualSources(models: Models, isLab: boolean): SourceSpec[] {
  const kinds: (SourceKind & { readonly name: string })[] = [
    ...(isLab ? [] : CONTRASTS).map(({ name, better, worse }) => ({
      name: `contrast ${name}`,
      type: "contrastive" as const,
      model: POLICY,
      better,
      worse,
    })),
    ...[...(models.heads?.keys() ?? [])].map((head) => ({ name: `head ${head}`, type: "head" as const, head })),
  ];
  return kinds.map((kind, i): SourceSpec => ({ ...kind, id: `s${i + 1}` }));
}
