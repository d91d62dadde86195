/** The ways in which a sweep's pools are ranked beside the plain mean. */
import { JUDGES, type JudgeId } from "../../core/judges.ts";
import type { RankingRule } from "../../core/selection.ts";
import type { Rewards } from "../../core/types.ts";
import { PLAIN_RULE } from "./points.ts";

export const ENSEMBLES = ["single", "wco", "uwo"] as const satisfies readonly RankingRule["ensemble"][];

/** Weight of the disagreement until the visitor sets another. */
export const UWO_LAMBDA = 0.5;

export function rulesOf(ensembles: readonly RankingRule["ensemble"][], lambda: number): RankingRule[] {
  return ensembles.map((ensemble) => ({ ensemble, lambda: ensemble === "uwo" ? lambda : 0 }));
}

/** Judges of several members are there to be compared: every rule is shown until the visitor chooses some. */
export function rulesUnder(judge: JudgeId, rules: readonly RankingRule[]): readonly RankingRule[] {
  const isOpen = JUDGES[judge].members > 1 && rules.length === 1;
  return isOpen ? [PLAIN_RULE, ...rulesOf(ENSEMBLES, UWO_LAMBDA)] : rules;
}

export function plainRules(rules: readonly RankingRule[]): RankingRule[] {
  return rules.filter(({ ensemble, caps }) => caps === undefined && ensemble !== "mean");
}

/** Each of `rules`, and the plain mean, once more with the caps; none where nothing is capped. */
export function capped(rules: readonly RankingRule[], caps: Rewards): RankingRule[] {
  if (Object.keys(caps).length === 0) return [];
  return [PLAIN_RULE, ...rules].map((rule) => ({ ...rule, caps }));
}
