/** The way of combining in the request of an evaluation: for all lanes, or a lane's own. */
import { canCombine, WAYS, type WayId } from "../../src/core/combine/way.ts";
import { OBJECTIVE_IDS, OBJECTIVES_OF_KIND, type Kind, type Strategy, type StrategyId } from "../../src/core/types.ts";

/**
 * @param own stands in the lane, and must fit it
 * @param all stands in the request: lanes that cannot follow it combine by the sum, and goals are those of a lane's wishes
 */
export function laneCombine(id: StrategyId, weights: unknown, own: unknown, all: unknown): unknown {
  if (own !== undefined) return own;
  if (typeof all !== "object" || all === null || !("type" in all)) return all;
  const { type } = all;
  if (isWay(type) && !canCombine(id, type)) return undefined;
  return type === "goals" && "targets" in all ? { ...all, targets: wished(all.targets, weights) } : all;
}

/** What the lanes of a request will not do, in a sentence; null where all follow. */
export function combineNote(
  lanes: readonly { readonly name: string; readonly strategy: Strategy }[],
  all: unknown,
): string | null {
  const type = typeof all === "object" && all !== null && "type" in all ? all.type : "sum";
  const out = lanes.filter(({ strategy }) => isWay(type) && strategy.id !== "base" && !canCombine(strategy.id, type));
  if (out.length === 0) return null;
  const names = out.map(({ name }) => `"${name}"`).join(", ");
  return `"${String(type)}" compares whole texts: ${names} combine${out.length === 1 ? "s" : ""} by the sum`;
}

/** A way without the objectives that are not defined for a kind of text. */
export function ofKind(combine: unknown, kind: Kind): unknown {
  if (typeof combine !== "object" || combine === null) return combine;
  const here: readonly string[] = OBJECTIVES_OF_KIND[kind];
  const isElsewhere = (id: unknown): boolean =>
    OBJECTIVE_IDS.some((known) => known === id) && !here.includes(String(id));
  return Object.fromEntries(
    Object.entries(combine).map(([key, value]: [string, unknown]) => {
      if (Array.isArray(value)) return [key, value.filter((id) => !isElsewhere(id))];
      if (typeof value !== "object" || value === null) return [key, value];
      return [key, Object.fromEntries(Object.entries(value).filter(([id]) => !isElsewhere(id)))];
    }),
  );
}

function isWay(type: unknown): type is WayId {
  return WAYS.some((known) => known === type);
}

function wished(targets: unknown, weights: unknown): unknown {
  if (typeof targets !== "object" || targets === null || typeof weights !== "object" || weights === null)
    return targets;
  const of = new Map<string, unknown>(Object.entries(weights));
  return Object.fromEntries(Object.entries(targets).filter(([id]) => (of.get(id) ?? 0) !== 0));
}
