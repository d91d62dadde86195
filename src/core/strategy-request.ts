/** A lane's strategy from a request, checked before use. */
import { BLOCK_KEYS, parseBlockPlan, parseRejection } from "./blocks/parse.ts";
import { checkFields, checkNumber, checkOneOf, refuse } from "./bounds.ts";
import { parseCombine } from "./combine/parse-way.ts";
import { RunError } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import { isObjective, pushIds } from "./push-ids.ts";
import { canWeigh } from "./sources/spec.ts";
import { OBJECTIVE_IDS, OBJECTIVES_OF_KIND } from "./types.ts";
import type { RunRequest, Strategy, Weights } from "./types.ts";

/** What a request gives its lanes to weigh. */
export type Given = Pick<RunRequest, "kind" | "sources">;

const RANKING_KEYS = ["ensemble", "lambda"] as const;
/** Of each strategy its keys beside id, beta and weights. */
const OWN_KEYS: Readonly<Record<Strategy["id"], readonly string[]>> = {
  base: [],
  genarm: [],
  vas: ["k"],
  args: ["k"],
  bon: ["n", "reject", ...RANKING_KEYS],
  "soft-bon": ["n", "reject", ...RANKING_KEYS],
  "oracle-bon": ["n", ...RANKING_KEYS],
  blockwise: [...BLOCK_KEYS, ...RANKING_KEYS],
};
const STRATEGIES = ["base", "genarm", "vas", "bon", "soft-bon", "oracle-bon", "blockwise", "args"] as const;
const WAY_OUT = {
  beta: "a large beta stays near the base model, and Infinity is the base model",
  weight: "0 switches an objective off",
};

export function parseStrategy(value: unknown, path: string, given: Given): Strategy {
  const { id } = checkFields(value, path, [
    "id",
    "beta",
    "weights",
    "combine",
    "n",
    "reject",
    ...RANKING_KEYS,
    ...BLOCK_KEYS,
  ]);
  const known = checkOneOf(id, `${path}.id`, STRATEGIES);
  if (known === "base") {
    checkFields(value, path, ["id"]);
    return { id: known };
  }
  const fields = checkFields(value, path, ["id", "beta", "weights", "combine", ...OWN_KEYS[known]]);
  const beta = parseBeta(fields.beta, `${path}.beta`);
  const weights = parseWeights(fields.weights, `${path}.weights`, known, given);
  const { combine: wished = { type: "sum" } } = fields;
  const ids = [...OBJECTIVES_OF_KIND[given.kind], ...(given.sources ?? []).map((spec) => spec.id)];
  const combine = parseCombine(wished, `${path}.combine`, { strategy: known, weights, known: ids });
  const way = combine === null ? {} : { combine };
  if (known === "genarm") return { id: known, beta, weights, ...way };
  if (known === "vas" || known === "args") {
    const bound = {
      min: 1,
      max: Infinity,
      isInteger: true,
      hint: `8 is usual, and each candidate costs one pass of the ${known === "vas" ? "value model" : "judge"}`,
    };
    return { id: known, beta, weights, k: checkNumber(fields.k, `${path}.k`, bound), ...way };
  }
  const ensemble = checkOneOf(fields.ensemble, `${path}.ensemble`, ["mean", "wco", "uwo", "robust"]);
  const lambdaBound =
    ensemble === "robust"
      ? { min: 0, max: 1, hint: "1 is the mean of the members, and 0 the worst of them" }
      : { min: 0, max: Infinity, hint: "0 is the mean of the members" };
  const ranking = {
    beta,
    weights,
    ensemble,
    lambda: checkNumber(fields.lambda, `${path}.lambda`, lambdaBound),
    ...way,
  };
  const most = { rows: LIMITS.n, tokens: LIMITS.maxTokens };
  if (known === "blockwise") return { id: known, ...parseBlockPlan(fields, path, most), ...ranking };
  const bound = { min: 1, max: LIMITS.n, isInteger: true, hint: "each sample costs one row" };
  const reject = fields.reject === undefined ? {} : { reject: parseRejection(fields.reject, `${path}.reject`, most) };
  return { id: known, n: checkNumber(fields.n, `${path}.n`, bound), ...ranking, ...reject };
}

export function parseBeta(value: unknown, path: string): number {
  return checkNumber(value, path, { min: 0, max: Infinity, isAbove: true, hint: WAY_OUT.beta });
}

export function parseWeights(
  value: unknown,
  path: string,
  strategy: Strategy["id"],
  { kind, sources = [] }: Given,
): Weights {
  const here: readonly string[] = OBJECTIVES_OF_KIND[kind];
  const ids = sources.map(({ id }) => id);
  if (typeof value === "object" && value !== null) {
    for (const key of Object.keys(value)) {
      if (isObjective(key) || ids.some((id) => id === key)) continue;
      const known = [...here, ...ids].join(", ");
      const message = `${path} has the unknown objective "${key.slice(0, 40)}"; use ${known}`;
      throw new RunError("unknown-objective", message, { path, objective: key.slice(0, 40) });
    }
  }
  const fields = checkFields(value, path, [...OBJECTIVE_IDS, ...ids]);
  const weights: Record<string, number> = {};
  for (const id of pushIds(fields)) {
    if (fields[id] === undefined) continue;
    const bound = { min: -LIMITS.weight, max: LIMITS.weight, hint: WAY_OUT.weight };
    const weight = checkNumber(fields[id], `${path}.${id}`, bound);
    weights[id] = weight;
    if (weight === 0) continue;
    if (isObjective(id) && !here.includes(id)) {
      throw refuse(`${path}.${id}`, `0 for a prompt of kind "${kind}"`, weight, `that kind has ${here.join(", ")}`);
    }
    const source = sources.find((each) => each.id === id);
    if (source === undefined || canWeigh(strategy, source)) continue;
    throw refuse(
      `${path}.${id}`,
      `0 in a lane of strategy "${strategy}"`,
      weight,
      `it cannot use a source of type "${source.type}"`,
    );
  }
  return weights;
}
