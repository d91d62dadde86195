/** How wishes are combined, as the visitor sets it: the way, and the numbers of every way, kept while another one is in use. */
import * as v from "valibot";
import { isObjective, pushIds } from "../../core/push-ids.ts";
import { canCombine, WAYS, type WayId } from "../../core/combine/way.ts";
import type { Combine } from "../../core/combine/way-types.ts";
import type { WaySettings } from "../../core/combine/winners.ts";
import { isSourceId } from "../../core/sources/spec.ts";
import type { PerPush, PushId, StrategyId, Weights } from "../../core/types.ts";

/** Units of reward: standard deviations of an objective, and whatever a source counts in. */
export const COMBINE_LIMITS = {
  target: { min: -3, max: 3, step: 0.05 },
  floor: { min: -3, max: 3, step: 0.05 },
  margin: { min: 0, max: 3, step: 0.05 },
  eta: { min: 0.1, max: 4, step: 0.1 },
  share: { min: 0, max: 1, step: 0.05 },
  penalty: { min: 0, max: 4, step: 0.1 },
} as const;

const within = ({ min, max }: { readonly min: number; readonly max: number }) =>
  v.pipe(v.number(), v.finite(), v.minValue(min), v.maxValue(max));
const isPush = (id: string): id is PushId => isObjective(id) || isSourceId(id);
const perPush = (bounds: { readonly min: number; readonly max: number }) =>
  v.pipe(
    v.record(v.string(), within(bounds)),
    v.check((table) => Object.keys(table).every(isPush), "no objective and no source"),
    v.transform((table): PerPush<number> => table as PerPush<number>),
  );

export const combineSchema = v.strictObject({
  way: v.picklist(WAYS),
  /** Numbers by wish; a wish without one has the default. */
  targets: perPush(COMBINE_LIMITS.target),
  floors: perPush(COMBINE_LIMITS.floor),
  margins: perPush(COMBINE_LIMITS.margin),
  /** The most important wish first; wishes that are not named follow by weight. */
  order: v.pipe(
    v.array(
      v.pipe(
        v.string(),
        v.check(isPush),
        v.transform((id) => id as PushId),
      ),
    ),
    v.maxLength(40),
  ),
  eta: within(COMBINE_LIMITS.eta),
  /** Weight of the mean beside the judge's worst member. */
  lambda: within(COMBINE_LIMITS.share),
  /** Of the members' disagreement, on the board. */
  penalty: within(COMBINE_LIMITS.penalty),
});
export type CombineData = v.InferOutput<typeof combineSchema>;

export function defaultCombine(): CombineData {
  return { way: "sum", targets: {}, floors: {}, margins: {}, order: [], eta: 1, lambda: 0.5, penalty: 1 };
}

/** A wish starts with a goal of half a unit above the average text, and a floor at the average. */
export const DEFAULT_TARGET = 0.5;
export const DEFAULT_FLOOR = 0;
export const DEFAULT_MARGIN = 0.2;

/** Every way with its numbers for these wishes. @param most where each slider ends */
export function waySettings(data: CombineData, weights: Weights, most: PerPush<number>): WaySettings {
  const wishes = pushIds(weights).filter((id) => (weights[id] ?? 0) !== 0);
  const each = (table: PerPush<number>, otherwise: number): PerPush<number> =>
    Object.fromEntries(wishes.map((id) => [id, table[id] ?? otherwise]));
  const { eta, lambda, penalty } = data;
  const ends = Object.fromEntries(wishes.flatMap((id) => (most[id] === undefined ? [] : [[id, most[id]]])));
  return {
    penalty,
    ways: {
      worst: { type: "worst", eta },
      harmonic: { type: "harmonic" },
      goals: { type: "goals", targets: each(data.targets, DEFAULT_TARGET), eta, most: ends },
      priority: {
        type: "priority",
        order: priorityOrder(data.order, weights),
        margins: each(data.margins, DEFAULT_MARGIN),
      },
      veto: { type: "veto", floors: each(data.floors, DEFAULT_FLOOR) },
      majority: { type: "majority" },
      robust: { type: "robust", lambda },
    },
  };
}

/** The wishes from the most important one on: as they were put, then the heaviest first. */
export function priorityOrder(order: readonly PushId[], weights: Weights): PushId[] {
  const wishes = pushIds(weights).filter((id) => (weights[id] ?? 0) !== 0);
  const rest = wishes.filter((id) => !order.includes(id));
  rest.sort((a, b) => Math.abs(weights[b] ?? 0) - Math.abs(weights[a] ?? 0));
  return [...order.filter((id) => wishes.includes(id)), ...rest];
}

/** A lane's way in a request; undefined for the sum, and where its strategy cannot follow it. */
export function combineOf(
  data: CombineData,
  way: WayId,
  {
    strategy,
    weights,
    most,
  }: { readonly strategy: StrategyId; readonly weights: Weights; readonly most: PerPush<number> },
): Combine | undefined {
  return way === "sum" || !canCombine(strategy, way) ? undefined : waySettings(data, weights, most).ways[way];
}

/** The settings that would ask for a recorded way; what it does not say stays. */
export function combineFrom(combine: Combine | undefined, old: CombineData): CombineData {
  const clamp = (name: keyof typeof COMBINE_LIMITS, value: number): number =>
    Math.min(COMBINE_LIMITS[name].max, Math.max(COMBINE_LIMITS[name].min, value));
  const all = (name: keyof typeof COMBINE_LIMITS, table: PerPush<number>): PerPush<number> =>
    Object.fromEntries(pushIds(table).map((id) => [id, clamp(name, table[id] ?? 0)]));
  if (combine === undefined) return { ...old, way: "sum" };
  const way = combine.type;
  switch (combine.type) {
    case "goals":
      return { ...old, way, targets: all("target", combine.targets), eta: clamp("eta", combine.eta) };
    case "worst":
      return { ...old, way, eta: clamp("eta", combine.eta) };
    case "priority":
      return { ...old, way, order: [...combine.order], margins: all("margin", combine.margins) };
    case "veto":
      return { ...old, way, floors: all("floor", combine.floors) };
    case "robust":
      return { ...old, way, lambda: clamp("share", combine.lambda) };
    case "harmonic":
    case "majority":
      return { ...old, way };
    default:
      throw new Error(`unknown way ${JSON.stringify(combine satisfies never)}`);
  }
}
