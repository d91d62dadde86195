/**
 * A run request from a link, a file, a trace or another thread, checked before use.
 *
 * The result is a fresh value of known keys in a fixed order, so equal requests are equal as JSON.
 */
import { checkArray, checkBoolean, checkFields, checkNumber, checkOneOf, checkString, refuse } from "./bounds.ts";
import { parseCombine } from "./combine/parse-way.ts";
import { RunError } from "./errors.ts";
import { isObjective, pushIds } from "./push-ids.ts";
import { parseSources, sourceProblem } from "./sources/parse.ts";
import { canWeigh } from "./sources/spec.ts";
import { OBJECTIVE_IDS, OBJECTIVES_OF_KIND } from "./types.ts";
import type {
  ChatTurn,
  LaneChange,
  LaneRequest,
  RunRequest,
  Sampling,
  ScheduledChange,
  Strategy,
  TokenId,
  Weights,
} from "./types.ts";

/** Bounds of a request; the models' context bounds prompt and length further. */
export const LIMITS = {
  lanes: 12,
  n: 64,
  /** Rows decoded together: one a lane, N for best-of-N. */
  rows: 128,
  maxTokens: 4096,
  promptCharacters: 20_000,
  systemCharacters: 4000,
  turns: 12,
  nameCharacters: 80,
  scheduledChanges: 10_000,
  weight: 100,
  temperature: 100,
} as const;

const REQUEST_KEYS = [
  "version",
  "kind",
  "prompt",
  "system",
  "turns",
  "seed",
  "maxTokens",
  "suppressEnd",
  "sources",
  "lanes",
  "schedule",
] as const;
const SAMPLING_KEYS = ["plausible", "temperature", "topK", "topP", "minP"] as const;
const WAY_OUT = {
  beta: "a large beta stays near the base model, and Infinity is the base model",
  weight: "0 switches an objective off",
};

/** @throws RunError "invalid-request", "unknown-objective", or "context-overflow" for a prompt beyond all bounds */
export function parseRequest(value: unknown): RunRequest {
  const fields = checkFields(value, "request", REQUEST_KEYS);
  if (fields.version !== 1) throw refuse("version", "1", fields.version, "this version of Tiller reads version 1 only");
  const kind = checkOneOf(fields.kind, "kind", ["story", "advice"]);
  const prompt = parsePrompt(fields.prompt);
  const system = fields.system === undefined ? "" : checkString(fields.system, "system", LIMITS.systemCharacters);
  const turns = fields.turns === undefined ? [] : parseTurns(fields.turns);
  const seedBound = { min: 0, max: 0xffffffff, isInteger: true, hint: "choose a seed in that range" };
  const seed = checkNumber(fields.seed, "seed", seedBound);
  const lengthBound = { min: 1, max: LIMITS.maxTokens, isInteger: true, hint: "choose a length in that range" };
  const maxTokens = checkNumber(fields.maxTokens, "maxTokens", lengthBound);
  const sources = fields.sources === undefined ? [] : parseSources(fields.sources, "sources");
  for (const spec of sources) {
    const problem = sourceProblem(spec);
    if (problem !== null) throw problem;
  }
  const given = { kind, sources };
  const lanes = checkArray(fields.lanes, "lanes", 1, LIMITS.lanes).map((lane, i) =>
    parseLane(lane, `lanes[${i}]`, given),
  );
  const rows = lanes.reduce((sum, lane) => sum + rowsOf(lane.strategy), 0);
  if (rows > LIMITS.rows) throw refuse("lanes", `at most ${LIMITS.rows} rows in all`, rows, "lower N or remove a lane");
  const suppressEnd = fields.suppressEnd === undefined ? false : checkBoolean(fields.suppressEnd, "suppressEnd");
  const schedule = fields.schedule === undefined ? [] : parseSchedule(fields.schedule, lanes, given);
  return {
    version: 1,
    kind,
    prompt,
    ...(system === "" ? {} : { system }),
    ...(turns.length > 0 ? { turns } : {}),
    seed,
    maxTokens,
    ...(suppressEnd ? { suppressEnd } : {}),
    ...(sources.length > 0 ? { sources } : {}),
    lanes,
    ...(schedule.length > 0 ? { schedule } : {}),
  };
}

/** What a request gives its lanes to weigh. */
export type Given = Pick<RunRequest, "kind" | "sources">;

/** Rows that a lane occupies in the batch. */
export function rowsOf(strategy: Strategy): number {
  return "n" in strategy ? strategy.n : 1;
}

/** A change to lane `lane` of a request; a live one is checked here before it is queued. */
export function parseChange(value: unknown, path: string, strategy: Strategy, given: Given): LaneChange {
  const fields = checkFields(value, path, ["beta", "weights"]);
  if (strategy.id === "base")
    throw refuse(path, "for a steered lane", "base", "plain sampling has no setting to change");
  return {
    ...(fields.beta === undefined ? {} : { beta: parseBeta(fields.beta, `${path}.beta`) }),
    ...(fields.weights === undefined
      ? {}
      : { weights: parseWeights(fields.weights, `${path}.weights`, strategy.id, given) }),
  };
}

/** @throws RunError "invalid-request" */
export function parseTurns(value: unknown): ChatTurn[] {
  return checkArray(value, "turns", 0, LIMITS.turns).map((turn, i) => {
    const path = `turns[${i}]`;
    const fields = checkFields(turn, path, ["prompt", "answer"]);
    return {
      prompt: checkString(fields.prompt, `${path}.prompt`, LIMITS.promptCharacters),
      answer: checkString(fields.answer, `${path}.answer`, LIMITS.promptCharacters),
    };
  });
}

function parsePrompt(value: unknown): string {
  if (typeof value === "string" && value.length > LIMITS.promptCharacters) {
    const message = `The prompt has ${value.length} characters, and the limit is ${LIMITS.promptCharacters}. Shorten it.`;
    throw new RunError("context-overflow", message, { characters: value.length, bound: LIMITS.promptCharacters });
  }
  const prompt = checkString(value, "prompt", LIMITS.promptCharacters);
  if (prompt.trim() === "") {
    throw new RunError(
      "invalid-request",
      "The prompt is empty. Type a first sentence or a question, or pick a preset.",
      {
        path: "prompt",
      },
    );
  }
  return prompt;
}

function parseLane(value: unknown, path: string, given: Given): LaneRequest {
  const fields = checkFields(value, path, ["name", "strategy", "sampling", "opening"]);
  const opening = fields.opening === undefined ? [] : parseOpening(fields.opening, `${path}.opening`);
  return {
    name: checkString(fields.name, `${path}.name`, LIMITS.nameCharacters),
    strategy: parseStrategy(fields.strategy, `${path}.strategy`, given),
    sampling: parseSampling(fields.sampling, `${path}.sampling`),
    ...(opening.length > 0 ? { opening } : {}),
  };
}

/** The vocabulary bounds the ids further, once the models are known. */
function parseOpening(value: unknown, path: string): TokenId[] {
  const bound = { min: 0, max: 0x7fffffff, isInteger: true, hint: "give token ids of the policy" };
  return checkArray(value, path, 0, LIMITS.maxTokens).map((token, i) => checkNumber(token, `${path}[${i}]`, bound));
}

function parseStrategy(value: unknown, path: string, given: Given): Strategy {
  const { id } = checkFields(value, path, ["id", "beta", "weights", "k", "n", "ensemble", "lambda", "combine"]);
  const known = checkOneOf(id, `${path}.id`, ["base", "genarm", "vas", "bon", "soft-bon", "oracle-bon"]);
  if (known === "base") {
    checkFields(value, path, ["id"]);
    return { id: known };
  }
  const own = known === "genarm" ? [] : known === "vas" ? ["k"] : ["n", "ensemble", "lambda"];
  const fields = checkFields(value, path, ["id", "beta", "weights", "combine", ...own]);
  const beta = parseBeta(fields.beta, `${path}.beta`);
  const weights = parseWeights(fields.weights, `${path}.weights`, known, given);
  const { combine: wished = { type: "sum" } } = fields;
  const ids = [...OBJECTIVES_OF_KIND[given.kind], ...(given.sources ?? []).map((spec) => spec.id)];
  const combine = parseCombine(wished, `${path}.combine`, { strategy: known, weights, known: ids });
  const way = combine === null ? {} : { combine };
  if (known === "genarm") return { id: known, beta, weights, ...way };
  if (known === "vas") {
    const bound = {
      min: 1,
      max: Infinity,
      isInteger: true,
      hint: "8 is usual, and each candidate costs one pass of the value model",
    };
    return { id: known, beta, weights, k: checkNumber(fields.k, `${path}.k`, bound), ...way };
  }
  const bound = { min: 1, max: LIMITS.n, isInteger: true, hint: "each sample costs one row" };
  const ensemble = checkOneOf(fields.ensemble, `${path}.ensemble`, ["mean", "wco", "uwo", "robust"]);
  const lambdaBound =
    ensemble === "robust"
      ? { min: 0, max: 1, hint: "1 is the mean of the members, and 0 the worst of them" }
      : { min: 0, max: Infinity, hint: "0 is the mean of the members" };
  return {
    id: known,
    n: checkNumber(fields.n, `${path}.n`, bound),
    beta,
    weights,
    ensemble,
    lambda: checkNumber(fields.lambda, `${path}.lambda`, lambdaBound),
    ...way,
  };
}

function parseBeta(value: unknown, path: string): number {
  return checkNumber(value, path, { min: 0, max: Infinity, isAbove: true, hint: WAY_OUT.beta });
}

function parseWeights(value: unknown, path: string, strategy: Strategy["id"], { kind, sources = [] }: Given): Weights {
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

function parseSampling(value: unknown, path: string): Sampling {
  const fields = checkFields(value, path, SAMPLING_KEYS);
  const temperatureBound = { min: 0, max: LIMITS.temperature, hint: "0 always takes the likeliest token" };
  const temperature = checkNumber(fields.temperature, `${path}.temperature`, temperatureBound);
  const topKBound = { min: 0, max: Infinity, isInteger: true, hint: "0 switches it off" };
  const topK = checkNumber(fields.topK, `${path}.topK`, topKBound);
  const topP = checkNumber(fields.topP, `${path}.topP`, { min: 0, max: 1, isAbove: true, hint: "1 switches it off" });
  const minP = checkNumber(fields.minP, `${path}.minP`, { min: 0, max: 1, hint: "0 switches it off" });
  if (topP < 1 && minP > 0) throw refuse(`${path}.minP`, "0 while topP is below 1", minP, "use one of the two");
  const plausibleBound = { min: 0, max: 1, hint: "0 switches it off" };
  // Requests from before it was a setting have none.
  const plausible = checkNumber(fields.plausible ?? 0, `${path}.plausible`, plausibleBound);
  return { plausible, temperature, topK, topP, minP };
}

function parseSchedule(value: unknown, lanes: readonly LaneRequest[], given: Given): ScheduledChange[] {
  return checkArray(value, "schedule", 0, LIMITS.scheduledChanges).map((entry, i) => {
    const path = `schedule[${i}]`;
    const fields = checkFields(entry, path, ["token", "lane", "change"]);
    const tokenBound = {
      min: 0,
      max: LIMITS.maxTokens,
      isInteger: true,
      hint: "count the tokens of the answer from 0",
    };
    const token = checkNumber(fields.token, `${path}.token`, tokenBound);
    const laneBound = { min: 0, max: lanes.length - 1, isInteger: true, hint: "count the lanes from 0" };
    const lane = checkNumber(fields.lane, `${path}.lane`, laneBound);
    return { token, lane, change: parseChange(fields.change, `${path}.change`, lanes[lane]!.strategy, given) };
  });
}
