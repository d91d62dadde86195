/** Words of rewards at equal KL, below the win matrix. */
import type { AtEqualKl, Range } from "../../core/compare/equal-kl.ts";
import type { SweepPlan } from "../../core/sweep.ts";
import type { KlTarget } from "../../state/sweep/curves.ts";
import type { PricedWay } from "../../state/sweep/equal-kl.ts";
import type { Measure } from "../../state/sweep/measures.ts";
import { prompts } from "./counts.ts";
import { fixed, signed } from "./format.ts";
import { STRATEGY_NAMES, weightWords } from "./sweep.ts";
import { measureName } from "./sweep-matrix.ts";
import { localized } from "./language.ts";

export const equalKl = localized("equal-kl.equalKl", {
  title: "Reward at equal KL",
  against: "Against",
  about:
    "Each curve is one way of decoding over its settings, beginning at plain sampling. The chart shows how far its mean reward lies above (+) or below (−) that of the other way at the same KL. Between two settings a curve is taken as straight.",
  pooled:
    "Best of N is read off its pools for every N, at the upper bound log N − (N−1)/N of its KL. So it may cost less than it says here, never more.",
  band: "Bands show 95 % intervals (Student) over prompts.",
  noBand: "One prompt cannot show how sure a difference is.",
  none: "No two ways of this sweep were seen at the same KL by this measure.",
  one: "This needs two ways of decoding beside plain sampling. Add a lane or a strategy.",
  covered: "What each way covers",
  nowhere: "no KL in common",
});

/** Distinct: lanes by their names, and other settings by their strategy, with the weights where one strategy has several. */
export function wayNames(ways: readonly PricedWay[]): string[] {
  const names = ways.map((way) => {
    const lanes = way.settings.flatMap(({ lane }) => (lane === undefined ? [] : [lane.name]));
    if (lanes.length > 0) return lanes.join(", ");
    const own = STRATEGY_NAMES[way.strategy];
    const isAlone = ways.filter(({ strategy }) => strategy === way.strategy).length === 1;
    return isAlone ? own : `${own} · ${weightWords(way.settings[0]?.weights ?? {})}`;
  });
  return names.map((name, i) => (names.indexOf(name) === i ? name : `${name} (${i + 1})`));
}

const TARGETS: Readonly<Record<KlTarget, string>> = { plain: "plain sampling", base: "the base model" };

export const equalKlX = localized("equal-kl.equalKlX", (target: KlTarget): string => {
  return `KL to ${TARGETS[target]} (nats) →`;
});

export const equalKlY = localized("equal-kl.equalKlY", (other: string): string => {
  return `↑ mean reward less that of ${other}`;
});

export const equalKlHead = localized("equal-kl.equalKlHead", (measure: Measure, plan: SweepPlan): readonly string[] => [
  "way",
  "against",
  "KL (nats)",
  `reward (${measureName(measure, plan)})`,
  "reward of the other",
  "difference",
  "95% from",
  "95% to",
  "prompts",
]);

export const equalKlPoint = localized(
  "equal-kl.equalKlPoint",
  (name: string, other: string, { kl, difference, groups }: AtEqualKl): string => {
    const { mean, ci95 } = difference;
    const band = ci95 === null ? "" : ` (95 % interval ${signed(ci95[0], 2)} to ${signed(ci95[1], 2)})`;
    return `${name} against ${other} at ${fixed(kl, 2)} nats: ${signed(mean, 2)}${band}, ${prompts(groups)}`;
  },
);

const nats = ([low, high]: Range): string => `${fixed(low, 2)} to ${fixed(high, 2)} nats`;

/** @param shared what both cover; null where they have no KL in common */
export const coverText = localized("equal-kl.coverText", (own: Range, shared: Range | null): string => {
  return `covers ${nats(own)}, ${shared === null ? equalKl.nowhere : `compared over ${nats(shared)}`}`;
});

/** What the last place says where both were seen. */
export const lastText = localized("equal-kl.lastText", ({ kl, difference }: AtEqualKl): string => {
  const { mean, ci95 } = difference;
  const where = `At ${fixed(kl, 2)} nats it is ${signed(mean, 2)}`;
  if (ci95 === null) return `${where}.`;
  const sure = ci95[0] > 0 ? "better" : ci95[1] < 0 ? "worse" : "open";
  return `${where} (95 % interval ${signed(ci95[0], 2)} to ${signed(ci95[1], 2)}): ${sure}.`;
});
