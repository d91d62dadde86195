/** Names of what a sweep compares. */
import { OBJECTIVE_IDS, type ObjectiveId } from "../../core/types.ts";
import type { SweepStrategy, SweepSetting } from "../../core/sweep.ts";
import type { Curve } from "../../state/sweep/curves.ts";
import { fixed, signed } from "./format.ts";
import { OBJECTIVE_NAMES } from "./names.ts";
import { localized } from "./language.ts";

export const STRATEGY_NAMES: Readonly<Record<SweepStrategy, string>> = localized("sweep.STRATEGY_NAMES", {
  base: "Plain",
  genarm: "GenARM",
  vas: "VAS",
  bon: "Best of N",
  "soft-bon": "Soft best of N",
  "oracle-bon": "Oracle best of N",
  args: "ARGS",
  blockwise: "Blocks, best of N",
});

const RULE_NAMES: Readonly<Record<string, string>> = {
  single: "first judge alone",
  mean: "mean judge",
  wco: "worst case",
  uwo: "mean less disagreement",
};

export const ruleWords = localized("sweep.ruleWords", (rule: string): string => {
  const [ensemble = "", cap] = rule.split(", ");
  return `${RULE_NAMES[ensemble] ?? ensemble}${cap === undefined ? "" : ", capped"}`;
});

export const curveName = localized(
  "sweep.curveName",
  ({ strategy, rule }: Pick<Curve, "strategy" | "rule">): string => {
    return rule === null || rule === "mean"
      ? STRATEGY_NAMES[strategy]
      : `${STRATEGY_NAMES[strategy]}, ${ruleWords(rule)}`;
  },
);

export const weightWords = localized("sweep.weightWords", (weights: SweepSetting["weights"]): string => {
  const named = (id: ObjectiveId): string => `${OBJECTIVE_NAMES[id]} ${signed(weights[id] ?? 0, 1)}`;
  return OBJECTIVE_IDS.filter((id) => weights[id] !== undefined)
    .map(named)
    .join(", ");
});

/** A repeated lane has its own name. */
export const settingWords = localized(
  "sweep.settingWords",
  ({ strategy, weights, beta, n, lane }: SweepSetting): string => {
    if (lane !== undefined) return lane.name;
    const parts = [
      n > 0 ? STRATEGY_NAMES[strategy].replace("N", String(n)) : STRATEGY_NAMES[strategy],
      weightWords(weights),
      beta > 0 ? `1/β ${fixed(1 / beta, 1)}` : "",
    ];
    return parts.filter((part) => part !== "").join(" · ");
  },
);
