/** Opens scorers of texts with what they need from packages. Each package is fetched when the first scorer needs it. */
import { partsNeeded, scorerOf, type PartName, type ScorerParts, type TextScorer } from "../../core/scorers/scorer.ts";
import type { ScorerSpec } from "../../core/scorers/spec.ts";

const LOAD = {
  lexicon: async () => (await import("./lexicon.ts")).lexicon,
  syllables: async () => (await import("syllable")).syllable,
  tagger: async () => (await import("./tagger.ts")).tagWords,
} as const satisfies { readonly [K in PartName]: () => Promise<NonNullable<ScorerParts[K]>> };

/**
 * @returns a scorer that answers at once
 * @throws RunError "invalid-request" for a formula that does not parse
 */
export async function openScorer(spec: ScorerSpec): Promise<TextScorer> {
  const parts = await Promise.all(partsNeeded(spec).map(async (name) => [name, await LOAD[name]()] as const));
  return scorerOf(spec, Object.fromEntries(parts));
}
