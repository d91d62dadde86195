import { OBJECTIVE_IDS } from "../../../core/types.ts";
import { fixed, signed } from "../format.ts";
import type * as english from "../sweep.ts";
import { OBJECTIVE_NAMES } from "./names.ts";
import { shownName } from "./shown-names.ts";

export const STRATEGY_NAMES: typeof english.STRATEGY_NAMES = {
  base: "Ungesteuert",
  genarm: "GenARM",
  vas: "VAS",
  bon: "Best-of-N",
  "soft-bon": "Weiches Best-of-N",
  "oracle-bon": "Orakel-Best-of-N",
  args: "ARGS",
  blockwise: "Blöcke, Best-of-N",
};

const RULE_NAMES: Readonly<Record<string, string>> = {
  single: "nur der erste Gutachter",
  mean: "Mittel der Gutachter",
  wco: "schlechtester Fall",
  uwo: "Mittel minus Uneinigkeit",
};

export const ruleWords: typeof english.ruleWords = (rule) => {
  const [ensemble = "", cap] = rule.split(", ");
  return `${RULE_NAMES[ensemble] ?? ensemble}${cap === undefined ? "" : ", mit Obergrenze"}`;
};

export const curveName: typeof english.curveName = ({ strategy, rule }) =>
  rule === null || rule === "mean" ? STRATEGY_NAMES[strategy] : `${STRATEGY_NAMES[strategy]}, ${ruleWords(rule)}`;

export const weightWords: typeof english.weightWords = (weights) =>
  OBJECTIVE_IDS.filter((id) => weights[id] !== undefined)
    .map((id) => `${OBJECTIVE_NAMES[id]} ${signed(weights[id] ?? 0, 1)}`)
    .join("; ");

export const settingWords: typeof english.settingWords = ({ strategy, weights, beta, n, lane }) => {
  if (lane !== undefined) return shownName(lane.name);
  const parts = [
    n > 0 ? STRATEGY_NAMES[strategy].replace("N", String(n)) : STRATEGY_NAMES[strategy],
    weightWords(weights),
    beta > 0 ? `1/β ${fixed(1 / beta, 1)}` : "",
  ];
  return parts.filter((part) => part !== "").join(" · ");
};
