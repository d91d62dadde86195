/** The way of a lane from a request, checked. The sum is the same as no way at all, and is left out. */
import { checkArray, checkFields, checkNumber, checkOneOf, refuse, type Fields } from "../bounds.ts";
import { RunError } from "../errors.ts";
import { isObjective, pushIds } from "../push-ids.ts";
import type { PerPush, PushId, StrategyId, Weights } from "../types.ts";
import { canCombine, DEFAULT_ETA, WAYS } from "./way.ts";
import type { Combine } from "./way-types.ts";

/** Largest size of a goal, a floor, a margin or a moving weight. */
const LARGEST = 100;

const KEYS = {
  sum: [],
  worst: ["eta"],
  harmonic: [],
  goals: ["targets", "eta", "most"],
  priority: ["order", "margins"],
  veto: ["floors"],
  majority: [],
  robust: ["lambda"],
} as const;

/**
 * @param known ids that may be named: objectives of the kind, and sources of the request
 * @returns null for the sum
 * @throws RunError "invalid-request", "unknown-objective"
 */
export function parseCombine(
  value: unknown,
  path: string,
  {
    strategy,
    weights,
    known,
  }: { readonly strategy: StrategyId; readonly weights: Weights; readonly known: readonly string[] },
): Combine | null {
  const { type } = checkFields(value, path, ["type", ...Object.values(KEYS).flat()]);
  const way = checkOneOf(type, `${path}.type`, WAYS);
  const fields = checkFields(value, path, ["type", ...KEYS[way]]);
  if (!canCombine(strategy, way)) {
    const ways = WAYS.filter((each) => canCombine(strategy, each)).join(", ");
    const rule = `one of ${ways} in a lane of strategy "${strategy}"`;
    const why =
      strategy === "blockwise"
        ? "in the other ways all texts meet each other, and the candidates of a block end at different times"
        : "the other ways rank whole texts, as best-of-N does";
    throw refuse(`${path}.type`, rule, way, why);
  }
  const table = (name: string, min: number): PerPush<number> =>
    parseTable(fields[name] ?? {}, `${path}.${name}`, min, known);
  switch (way) {
    case "sum":
      return null;
    case "worst":
      return { type: way, eta: parseEta(fields, path) };
    case "harmonic":
    case "majority":
      return { type: way };
    case "goals": {
      const targets = table("targets", -LARGEST);
      const stray = pushIds(targets).find((id) => (weights[id] ?? 0) === 0);
      const hint = "its sign is the direction of the goal, and its size is where the weight starts";
      if (stray !== undefined)
        throw refuse(`${path}.targets.${stray}`, "of a wish whose weight is not 0", targets[stray], hint);
      return { type: way, targets, eta: parseEta(fields, path), most: table("most", 0) };
    }
    case "priority":
      return { type: way, order: parseOrder(fields.order ?? [], `${path}.order`, known), margins: table("margins", 0) };
    case "veto":
      return { type: way, floors: table("floors", -LARGEST) };
    case "robust": {
      const bound = { min: 0, max: 1, hint: "1 is the mean of the members, and 0 the worst of them" };
      return { type: way, lambda: checkNumber(fields.lambda, `${path}.lambda`, bound) };
    }
    default:
      throw new Error(`unknown way ${String(way satisfies never)}`);
  }
}

function parseEta({ eta = DEFAULT_ETA }: Fields, path: string): number {
  const bound = { min: 0, max: LARGEST, isAbove: true, hint: `${DEFAULT_ETA} is usual` };
  return checkNumber(eta, `${path}.eta`, bound);
}

function parseTable(value: unknown, path: string, min: number, known: readonly string[]): PerPush<number> {
  if (typeof value === "object" && value !== null) for (const id of Object.keys(value)) requireKnown(id, path, known);
  const fields = checkFields(value, path, known);
  const bound = { min, max: LARGEST, hint: "it is in units of that reward" };
  return Object.fromEntries(pushIds(fields).map((id) => [id, checkNumber(fields[id], `${path}.${id}`, bound)]));
}

function parseOrder(value: unknown, path: string, known: readonly string[]): PushId[] {
  const ids = checkArray(value, path, 0, known.length).map((id, i) => checkOneOf(id, `${path}[${i}]`, known));
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw refuse(path, "a list that names each wish once", twice, "remove one of the two");
  return ids.filter((id): id is PushId => isObjective(id) || pushIds({ [id]: 0 }).length === 1);
}

function requireKnown(id: string, path: string, known: readonly string[]): void {
  if (known.includes(id)) return;
  const message = `${path} has the unknown objective "${id.slice(0, 40)}"; use ${known.join(", ")}`;
  throw new RunError("unknown-objective", message, { path, objective: id.slice(0, 40) });
}
