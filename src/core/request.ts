/**
 * A run request from a link, a file, a trace or another thread, checked before use.
 *
 * The result is a fresh value of known keys in a fixed order, so equal requests are equal as JSON.
 */
import { checkArray, checkBoolean, checkFields, checkNumber, checkOneOf, checkString, refuse } from "./bounds.ts";
import { RunError } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import { rowsOf } from "./rows.ts";
import { parseSources, sourceProblem } from "./sources/parse.ts";
import { parseBeta, parseStrategy, parseWeights, type Given } from "./strategy-request.ts";
import type {
  ChatTurn,
  LaneChange,
  LaneRequest,
  RunRequest,
  Sampling,
  ScheduledChange,
  Strategy,
  TokenId,
} from "./types.ts";

export type { Given } from "./strategy-request.ts";

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
