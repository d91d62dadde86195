/** Words that only paper needs: what a printed run came from. */
import { pushIds } from "../../core/push-ids.ts";
import type { SourceSpec } from "../../core/sources/spec.ts";
import type { LaneRequest, StrategyId } from "../../core/types.ts";
import { fixed, listed } from "./format.ts";
import { localized } from "./language.ts";
import { STRATEGY_NAMES, weightText } from "./names.ts";

/** The others rank whole texts, whatever beta is. */
const USES_STRENGTH: readonly StrategyId[] = ["genarm", "vas", "args", "soft-bon"];

export const printHead = localized("print.printHead", {
  prompt: "Prompt:",
  system: "System:",
  about: (seed: number, tokens: number) => `Seed ${seed}, at most ${tokens} tokens.`,
  models: (ids: readonly string[]) => (ids.length === 0 ? "" : `Models: ${listed(ids)}.`),
  texts: (n: number) => `N = ${n}`,
  strength: (strength: string) => `strength ${strength}`,
});

/** "Adventurous: GenARM, strength 2, Adventure +1.9" */
export function laneLine({ name, strategy }: LaneRequest, sources: readonly SourceSpec[]): string {
  const way = STRATEGY_NAMES[strategy.id];
  if (strategy.id === "base") return `${name}: ${way}`;
  const weights = pushIds(strategy.weights).flatMap((id) => {
    const weight = strategy.weights[id] ?? 0;
    return weight === 0 ? [] : [weightText(id, weight, sources)];
  });
  const usesStrength = USES_STRENGTH.includes(strategy.id);
  const strength = usesStrength ? [printHead.strength(fixed(1 / strategy.beta, 2))] : [];
  const texts = "n" in strategy ? [printHead.texts(strategy.n)] : [];
  return `${name}: ${[way, ...texts, ...strength, ...weights].join(", ")}`;
}
