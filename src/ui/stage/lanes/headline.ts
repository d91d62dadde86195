/** What stands for a lane where there is room for two numbers. */
import { laneFacts } from "../../../state/stage/facts.ts";
import type { RunView } from "../../../state/run/view.ts";
import { BLANK, optional, signed } from "../../words/format.ts";
import { OBJECTIVE_NAMES } from "../../words/names.ts";
import { klLabel, laneFooter } from "../../words/lane.ts";
import { shownName } from "../../words/shown-names.ts";

export interface Headline {
  readonly lines: readonly (readonly [name: string, value: string])[];
  /** Whether the first number is the best of the run. */
  readonly isBest: boolean;
}

/**
 * The objective asked for most strongly, or else the first source.
 * @param index of the lane in the run, null where it is in none
 * @param hasObjectives whether the loaded models have a truth and a judge
 */
export function headlineOf(run: RunView, index: number | null, hasObjectives: boolean): Headline {
  const facts = index === null ? null : laneFacts(run, index);
  const first = facts?.objectives.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))[0];
  if (facts === null && !hasObjectives) return { lines: [], isBest: false };
  if (first !== undefined || facts === null) {
    const name = first === undefined ? laneFooter.truth : OBJECTIVE_NAMES[first.id];
    const lines = [[name, number(first?.truth)] as const, [laneFooter.judge, number(first?.reward)] as const];
    return { lines, isBest: first?.isBest ?? false };
  }
  const [source] = facts.sources;
  const own = source === undefined ? [] : [[shownName(source.spec.name), number(source.score)] as const];
  return { lines: [...own, [klLabel(facts.kl), optional(facts.kl?.nats, 1)] as const], isBest: false };
}

function number(value: number | null | undefined): string {
  return value === undefined || value === null ? BLANK : signed(value, 1);
}
