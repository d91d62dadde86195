/** What the two ends of the colours mean, and the levels shown between them. */
import type { Quantity } from "../../state/settings/prefs.svelte.ts";
import type { Level } from "../../state/stage/tint.ts";
import { localized } from "./language.ts";

export const LEGEND_ENDS: Readonly<Record<Quantity, readonly [string, string]>> = localized("legend.LEGEND_ENDS", {
  push: ["down", "up"],
  probability: ["likely", "unlikely"],
  kl: ["0", "2.5 nats"],
  entropy: ["0", "4 nats"],
});

export function legendLevels(quantity: Quantity): readonly Level[] {
  return quantity === "push" ? [-5, -3, -1, 0, 1, 3, 5] : [0, 1, 2, 3, 4, 5];
}
