/** A reward head as a source of the settings. */
import type { HeadSource } from "../settings/settings.svelte.ts";
import type { HeadEntry } from "./head-entry.ts";

/** Nats of spread, where a card does not say. */
const USUAL_START = 0.6;

/** What a source of this head is called and begins with: nats of spread, or what its card says of a value head. */
export function asSource({ card, kind }: Pick<HeadEntry, "card" | "kind">): HeadSource {
  const start = card.metrics.startStrength?.value ?? USUAL_START;
  return { head: card.id, name: card.name, isValue: kind === "value", start, end: card.sliderEnd };
}
