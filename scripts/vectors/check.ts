/** Reads a vector file and checks each of its cases against the core. */
import { readTextFile } from "../node/text-file.ts";
import { compare } from "./compare.ts";
import type { Comparison } from "./compare.ts";
import { comparisons } from "./comparisons.ts";
import { BadInput } from "../node/bad-input.ts";
import { Fields, isObject } from "./json.ts";
import type { Json } from "./json.ts";
import { rewardHeads } from "./reward-heads.ts";
import { sequenceStrategies } from "./sequence-strategies.ts";
import { tokenStrategies } from "./token-strategies.ts";
import { trainingFreeSources } from "./training-free-sources.ts";

const RECOMPUTE = {
  ...tokenStrategies,
  ...sequenceStrategies,
  ...trainingFreeSources,
  ...rewardHeads,
  ...comparisons,
};
const FILE_KEYS = ["version", "generator", "notes", "vectors"];
const VECTOR_KEYS = ["id", "title", "source", "explanation", "inputs", "expected", "tolerance"];

export interface Vector {
  readonly id: string;
  readonly inputs: Json;
  readonly expected: Json;
  readonly tolerance: number;
}

/** @throws BadInput naming what is wrong and where */
export function readVectors(file: string): Vector[] {
  const { version, vectors } = knownFields(parseJson(file), "the file", FILE_KEYS);
  if (version !== 1) throw new BadInput(`version must be 1, got ${JSON.stringify(version)}`);
  if (!Array.isArray(vectors)) throw new BadInput("vectors must be a list");
  return vectors.map((value: unknown, i): Vector => {
    const { id, inputs, expected, tolerance } = knownFields(value, `vectors[${i}]`, VECTOR_KEYS);
    if (typeof id !== "string") throw new BadInput(`vectors[${i}].id must be a text`);
    if (typeof tolerance !== "number" || !(tolerance >= 0)) throw new BadInput(`vectors[${i}].tolerance must be >= 0`);
    if (!isObject(inputs) || !isObject(expected))
      throw new BadInput(`vectors[${i}] must have objects inputs and expected`);
    return { id, inputs, expected, tolerance };
  });
}

function parseJson(file: string): unknown {
  const text = readTextFile(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadInput(`this is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function knownFields(value: unknown, path: string, known: readonly string[]): { readonly [key: string]: Json } {
  if (!isObject(value)) throw new BadInput(`${path} must be an object`);
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new BadInput(`${path} has the unknown key "${unknown}"`);
  return value;
}

/** Recomputes one vector; an id without a recomputation fails as a whole. */
export function checkVector({ id, inputs, expected, tolerance }: Vector): Comparison {
  const recompute = Object.hasOwn(RECOMPUTE, id) ? RECOMPUTE[id] : undefined;
  if (recompute === undefined) return { ...compare(expected, undefined, tolerance), failures: ["unknown id"] };
  try {
    const actual = recompute(new Fields(inputs, "inputs"), new Fields(expected, "expected"));
    return compare(expected, actual, tolerance);
  } catch (error) {
    if (error instanceof BadInput) throw new BadInput(`${id}: ${error.message}`);
    throw error;
  }
}
