/** The scoreboard: every lane beside every other, one column per objective, the wish as weighted, and the price. */
import { isObjective, pushIds } from "../../core/push-ids.ts";
import type { PushId } from "../../core/types.ts";
import { canBeUnmet } from "./ranking.ts";
import { laneFacts, measuredObjectives, weighedSources, winners, wishOf, type Known, type LaneFacts } from "./facts.ts";
import type { StageLane } from "./stage.ts";
import { requestNow, type RunView } from "../run/view.ts";

export interface BoardEntry {
  readonly key: string;
  readonly letter: string;
  readonly value: Known;
  /** Length of the bar, 0 to 1. */
  readonly share: number;
  readonly isBest: boolean;
  /** The value is an upper bound. */
  readonly isBound: boolean;
}

export interface BoardColumn {
  readonly id: PushId | "wished" | "kl";
  /** Of a source, as the visitor named it; null for the other columns. */
  readonly name: string | null;
  readonly entries: readonly BoardEntry[];
  /** Letters of the best lanes. */
  readonly best: readonly string[];
  readonly isAsked: boolean;
  /** A rule that no lane's text met, though it was asked for. */
  readonly isUnmet: boolean;
}

/** Standard deviations that fill a bar. */
const TRUTH_REACH = 3;

export function board(lanes: readonly StageLane[], view: RunView): readonly BoardColumn[] {
  const request = requestNow(view);
  if (request === null) return [];
  const facts = lanes.map((lane) => (lane.index === null ? null : laneFacts(view, lane.index)));
  const best = winners(view);
  const wish = wishOf(request);
  const asked = pushIds(wish).filter((id) => isObjective(id) && wish[id] !== 0).length;
  const columns = measuredObjectives(view).map((id) =>
    column(lanes, facts, id, (fact) => fact.objectives.find((each) => each.id === id)?.truth, {
      reach: TRUTH_REACH,
      best: new Set(best.get(id)),
      isAsked: (wish[id] ?? 0) !== 0,
    }),
  );
  // With one objective the weighted sum says nothing new.
  if (asked > 1) {
    const values = facts.map((fact) => fact?.wished);
    const reach = Math.max(TRUTH_REACH, ...values.map((value) => Math.abs(value ?? 0)));
    columns.push(
      column(lanes, facts, "wished", (fact) => fact.wished, { reach, best: highest(lanes, values), isAsked: true }),
    );
  }
  for (const spec of weighedSources(request)) {
    const { id, name } = spec;
    const values = facts.map((fact) => fact?.sources.find((each) => each.spec.id === id)?.score);
    const sign = Math.sign(wish[id] ?? 0);
    const best = highest(
      lanes,
      values.map((value) => (value === undefined || value === null ? value : sign * value)),
    );
    const reach = Math.max(1, ...values.map((value) => Math.abs(value ?? 0)));
    const read = (fact: LaneFacts): Known => fact.sources.find((each) => each.spec.id === id)?.score;
    const isUnmet =
      canBeUnmet(spec) && sign > 0 && values.some((value) => value === 0) && values.every((value) => value === 0);
    columns.push({ ...column(lanes, facts, id, read, { reach, best, isAsked: true }), name, isUnmet });
  }
  const spent = facts.map((fact) => fact?.kl?.nats);
  const reach = Math.max(1, ...spent.map((value) => value ?? 0));
  columns.push(column(lanes, facts, "kl", (fact) => fact.kl?.nats, { reach, best: new Set(), isAsked: false }));
  return columns;
}

function column(
  lanes: readonly StageLane[],
  facts: readonly (LaneFacts | null)[],
  id: BoardColumn["id"],
  read: (fact: LaneFacts) => Known,
  { reach, best, isAsked }: { readonly reach: number; readonly best: ReadonlySet<number>; readonly isAsked: boolean },
): BoardColumn {
  const entries = lanes.map((lane, position) => {
    const fact = facts[position] ?? null;
    const value = fact === null ? undefined : read(fact);
    const isBest = lane.index !== null && best.has(lane.index);
    const share = Math.min(1, Math.abs(value ?? 0) / reach);
    const isBound = id === "kl" && fact?.kl?.type === "bound";
    return { key: lane.key, letter: lane.letter, value, share, isBest, isBound };
  });
  return {
    id,
    name: null,
    entries,
    best: entries.filter((entry) => entry.isBest).map((entry) => entry.letter),
    isAsked,
    isUnmet: false,
  };
}

/** Indices in the run of the lanes with the highest value, once all are known; none where all have the same. */
function highest(lanes: readonly StageLane[], values: readonly Known[]): ReadonlySet<number> {
  const known = values.filter((value) => value !== undefined && value !== null);
  if (known.length < values.length || known.length < 2) return new Set();
  const best = Math.max(...known);
  if (known.every((value) => value === best)) return new Set();
  return new Set(lanes.flatMap((lane, i) => (values[i] === best && lane.index !== null ? [lane.index] : [])));
}
