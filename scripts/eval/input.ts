/** Reads what `eval` is asked to do: prompts, and a request that serves them all. */
import { readFileSync } from "node:fs";
import { checkArray, checkFields, checkNumber, checkOneOf, checkString } from "../../src/core/bounds.ts";
import { RunError } from "../../src/core/errors.ts";
import { readHead, type NamedHead } from "../../src/core/heads/head-file.ts";
import { LIMITS } from "../../src/core/limits.ts";
import { parseRequest } from "../../src/core/request.ts";
import { parseSources } from "../../src/core/sources/parse.ts";
import { OBJECTIVES_OF_KIND } from "../../src/core/types.ts";
import type { SourceSpec } from "../../src/core/sources/spec.ts";
import type { Kind, LaneRequest, RunRequest, Sampling, Strategy } from "../../src/core/types.ts";
import type { Combine } from "../../src/core/combine/way-types.ts";
import { BadInput } from "../node/cli.ts";
import { linesOf, readTextFile } from "../node/text-file.ts";
import { combineNote, laneCombine, ofKind } from "./combine-lanes.ts";

export interface Prompt {
  readonly id: string;
  readonly kind: Kind;
  readonly prompt: string;
}

/** The request file, checked; `raw` is what stood in it. */
export interface EvalRequest {
  readonly raw: unknown;
  readonly maxTokens: number;
  readonly seeds: readonly number[];
  /** Rewards without training, which lanes weigh by their ids. */
  readonly sources: readonly SourceSpec[];
  /** Reward heads, which sources name by the ids of their cards. */
  readonly heads: readonly NamedHead[];
  /** What a chat model is told first; empty where nothing stood there. */
  readonly system: string;
  readonly lanes: readonly LaneRequest[];
}

const REQUEST_KEYS = [
  "version",
  "maxTokens",
  "plausible",
  "temperature",
  "topK",
  "topP",
  "minP",
  "seeds",
  "system",
  "sources",
  "heads",
  "combine",
  "lanes",
] as const;
const LANE_KEYS = [
  "name",
  "strategy",
  "beta",
  "weights",
  "k",
  "n",
  "ensemble",
  "lambda",
  "combine",
  "reject",
  "block",
  "by",
  "steps",
] as const;
const STRATEGIES = ["base", "genarm", "vas", "bon", "soft-bon", "oracle-bon", "blockwise", "args"] as const;
const MANY = 10_000;

/** JSON lines, or plain text with one prompt a line: "Q: ..." and "...?" ask for advice, the rest begin stories. */
export function readPrompts(file: string): Prompt[] {
  const prompts = linesOf(readTextFile(file))
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, number }) => explained(`${file}, line ${number}`, () => readPrompt(line, number)));
  if (prompts.length === 0) throw new BadInput(`${file}: there is no prompt in it; write at least one`);
  const ids = prompts.map((prompt) => prompt.id);
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined)
    throw new BadInput(`${file}: the id "${repeated}" is used twice; give each prompt its own`);
  return prompts;
}

function readPrompt(line: string, number: number): Prompt {
  if (!line.trimStart().startsWith("{")) {
    const isQuestion = /^\s*q:/i.test(line) || line.trimEnd().endsWith("?");
    return { id: String(number), kind: isQuestion ? "advice" : "story", prompt: line };
  }
  const fields = checkFields(JSON.parse(line), "the line", ["id", "kind", "prompt"]);
  return {
    id: checkString(typeof fields.id === "number" ? String(fields.id) : fields.id, "id", 200),
    kind: checkOneOf(fields.kind, "kind", ["story", "advice"]),
    prompt: checkString(fields.prompt, "prompt", Infinity),
  };
}

export function readRequest(file: string): EvalRequest {
  return explained(file, () => parse(JSON.parse(readTextFile(file))));
}

function parse(raw: unknown): EvalRequest {
  const fields = checkFields(raw, "the request", REQUEST_KEYS);
  checkNumber(fields.version, "version", { min: 1, max: 1, hint: "this program reads version 1" });
  const sampling = {
    plausible: fields.plausible ?? 0,
    temperature: fields.temperature ?? 1,
    topK: fields.topK ?? 0,
    topP: fields.topP ?? 1,
    minP: fields.minP ?? 0,
  } as Sampling;
  const seedBound = { min: 0, max: 0xffffffff, isInteger: true, hint: "choose a whole number in that range" };
  const seeds = checkArray(fields.seeds, "seeds", 1, MANY).map((seed, i) =>
    checkNumber(seed, `seeds[${i}]`, seedBound),
  );
  const lanes = checkArray(fields.lanes, "lanes", 1, MANY).map((lane, i) =>
    readLane(lane, `lanes[${i}]`, { sampling, combine: fields.combine }),
  );
  const note = combineNote(lanes, fields.combine);
  if (note !== null) console.error(note);
  const names = lanes.map((lane) => lane.name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new BadInput(`lanes: the name "${repeated}" is used twice; give each lane its own`);
  const maxTokens = fields.maxTokens as number;
  const heads = checkArray(fields.heads ?? [], "heads", 0, MANY).map((file, i) =>
    readHeadFile(checkString(file, `heads[${i}]`, 4096)),
  );
  const sources = parseSources(fields.sources ?? [], "sources").map((spec) => withKind(spec, heads));
  const system = checkString(fields.system ?? "", "system", LIMITS.systemCharacters);
  // The page's own checks, on each lane with the objectives of each kind, before a model is loaded.
  for (const kind of ["story", "advice"] as const) {
    for (const lane of lanes) runRequest({ kind, prompt: "x", seed: seeds[0] ?? 0, maxTokens, sources, lanes: [lane] });
  }
  return { raw, maxTokens, seeds, sources, heads, system, lanes };
}

/** A source that names a value head is of that kind, whether the request says so or not: the file is at hand. */
function withKind(spec: SourceSpec, heads: readonly NamedHead[]): SourceSpec {
  if (spec.type !== "head") return spec;
  const isValue = heads.some(({ card, head }) => card.id === spec.head && head.kind === "value");
  return isValue ? { ...spec, kind: "value" } : spec;
}

function readHeadFile(file: string): NamedHead {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new BadInput(`heads: ${file} cannot be read; npm run teach makes such a file`);
  }
  try {
    return readHead(JSON.parse(text));
  } catch (error) {
    throw new BadInput(`heads: ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Keys that a strategy does not use may be there or not. */
function readLane(
  value: unknown,
  path: string,
  { sampling, combine: all }: { readonly sampling: Sampling; readonly combine: unknown },
): LaneRequest {
  const fields = checkFields(value, path, LANE_KEYS);
  const id = checkOneOf(fields.strategy, `${path}.strategy`, STRATEGIES);
  const { beta = 1, weights = {}, k, n, ensemble = "mean", lambda = 0, reject, steps, block, by = "judge" } = fields;
  const combine = laneCombine(id, weights, fields.combine, all);
  const guidance = { beta, weights, ...(combine !== undefined && { combine }) };
  const strategies: Record<typeof id, unknown> = {
    base: { id },
    genarm: { id, ...guidance },
    vas: { id, ...guidance, k },
    args: { id, ...guidance, k },
    bon: { id, ...guidance, n, reject, ensemble, lambda },
    "soft-bon": { id, ...guidance, n, reject, ensemble, lambda },
    "oracle-bon": { id, ...guidance, n, ensemble, lambda },
    blockwise: { id, ...guidance, k, block, by, steps, ensemble, lambda },
  };
  return { name: checkString(fields.name, `${path}.name`, 80), strategy: strategies[id] as Strategy, sampling };
}

/** A request for one prompt. Objectives of the other kind are left out: they are not defined there and cannot steer. */
export function runRequest(parts: Omit<RunRequest, "version">): RunRequest {
  const lanes = parts.lanes.map((lane) => ({ ...lane, strategy: ofThatKind(lane.strategy, parts.kind) }));
  return parseRequest({ version: 1, ...parts, lanes });
}

function ofThatKind(strategy: Strategy, kind: Kind): Strategy {
  const here: readonly string[] = OBJECTIVES_OF_KIND[kind];
  if (!("weights" in strategy) || typeof strategy.weights !== "object") return strategy;
  const known = Object.entries(strategy.weights).filter(
    ([objective]) => here.includes(objective) || !isObjective(objective),
  );
  const weights = Object.fromEntries(known);
  if (strategy.combine === undefined) return { ...strategy, weights };
  // Checked with the request.
  return { ...strategy, weights, combine: ofKind(strategy.combine, kind) as Combine };
}

function isObjective(name: string): boolean {
  return Object.values(OBJECTIVES_OF_KIND).some((ids) => ids.some((id) => id === name));
}

/** Says where an error is that bad input explains. */
function explained<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RunError || error instanceof SyntaxError) throw new BadInput(`${place}: ${error.message}`);
    throw error;
  }
}
