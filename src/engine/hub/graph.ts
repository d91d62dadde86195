/** What an ONNX file says of itself: inputs, outputs, operators and weights. Field numbers are those of `onnx.proto`. */
import { RunError } from "../../core/errors.ts";
import { fieldsOf, textOf, type Field } from "./protobuf.ts";

/** Element types that occur among the ports of language models. */
export type ElementType = "float32" | "float16" | "int64" | "int32" | "bool" | "other";

export interface Port {
  readonly name: string;
  readonly type: ElementType;
  /** A name marks a size that varies. */
  readonly dims: readonly (number | string)[];
}

export interface Graph {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** How often each operator occurs. */
  readonly operators: ReadonlyMap<string, number>;
  /** Operators beyond the standard ones, with their domains. */
  readonly extensions: ReadonlyMap<string, string>;
  /** Operators that read each graph input. */
  readonly readers: ReadonlyMap<string, ReadonlySet<string>>;
  /** Bytes of all weights, beside the graph or in it. */
  readonly weightBytes: number;
  readonly largestTensor: { readonly name: string; readonly bytes: number };
  /** Names of the files with weights beside the graph. */
  readonly externalFiles: readonly string[];
  /** Bytes that each of them must have at least, as far as the graph says. */
  readonly externalBytes: ReadonlyMap<string, number>;
}

const TYPES: Readonly<Record<number, ElementType>> = { 1: "float32", 6: "int32", 7: "int64", 9: "bool", 10: "float16" };
/** Bytes of one element by ONNX's type number; 4-bit types count half. */
const SIZES: Readonly<Record<number, number>> = {
  1: 4,
  2: 1,
  3: 1,
  4: 2,
  5: 2,
  6: 4,
  7: 8,
  9: 1,
  10: 2,
  11: 8,
  12: 4,
  13: 8,
  16: 2,
  21: 0.5,
  22: 0.5,
};

const MODEL_GRAPH = 7;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 } as const;
const NODE = { input: 1, operator: 4, domain: 7 } as const;
const TENSOR = { dims: 1, type: 2, name: 8, external: 13 } as const;

/** @throws RunError "model-corrupt" where the bytes are no ONNX graph */
export function readGraph(id: string, file: Uint8Array): Graph {
  try {
    return readModel(file);
  } catch (error) {
    throw error instanceof RangeError ? invalidGraph(id, error) : error;
  }
}

export function invalidGraph(id: string, error: RangeError): RunError {
  const message = `The graph of ${id} is not a valid ONNX file (${error.message}). Fetch the model again, or choose another.`;
  return new RunError("model-corrupt", message, { id, reason: error.message }, error);
}

interface Weight {
  readonly name: string;
  readonly bytes: number;
  readonly file: string | null;
  /** Where it ends in that file. */
  readonly end: number;
}

function readModel(file: Uint8Array): Graph {
  const inputs: Port[] = [];
  const outputs: Port[] = [];
  const weights: Weight[] = [];
  const operators = new Map<string, number>();
  const readers = new Map<string, Set<string>>();
  const extensions = new Map<string, string>();
  let hasGraph = false;
  for (const part of fieldsOf(file)) {
    if (part.number !== MODEL_GRAPH) continue;
    hasGraph = true;
    for (const { number, bytes } of fieldsOf(part.bytes)) {
      if (number === GRAPH.input) inputs.push(readPort(bytes));
      else if (number === GRAPH.output) outputs.push(readPort(bytes));
      else if (number === GRAPH.initializer) weights.push(readWeight(bytes));
      else if (number === GRAPH.node) noteNode(bytes, operators, readers, extensions);
    }
  }
  if (!hasGraph) throw new RangeError("it holds no graph");
  const isWeight = new Set(weights.map(({ name }) => name));
  const largest = weights.reduce((most, weight) => (weight.bytes > most.bytes ? weight : most), NO_WEIGHT);
  return {
    // Old exporters list weights among the inputs.
    inputs: inputs.filter(({ name }) => !isWeight.has(name)),
    outputs,
    operators,
    extensions,
    readers,
    weightBytes: weights.reduce((sum, weight) => sum + weight.bytes, 0),
    largestTensor: { name: largest.name, bytes: largest.bytes },
    externalFiles: [...new Set(weights.flatMap((weight) => (weight.file === null ? [] : [weight.file])))],
    externalBytes: externalBytes(weights),
  };
}

const NO_WEIGHT: Weight = { name: "", bytes: 0, file: null, end: 0 };

function externalBytes(weights: readonly Weight[]): Map<string, number> {
  const ends = new Map<string, number>();
  for (const { file, end } of weights) if (file !== null) ends.set(file, Math.max(end, ends.get(file) ?? 0));
  return ends;
}

function noteNode(
  node: Uint8Array,
  operators: Map<string, number>,
  readers: Map<string, Set<string>>,
  extensions: Map<string, string>,
): void {
  const inputs: string[] = [];
  let [operator, domain] = ["", ""];
  for (const { number, bytes } of fieldsOf(node)) {
    if (number === NODE.input) inputs.push(textOf(bytes));
    else if (number === NODE.operator) operator = textOf(bytes);
    else if (number === NODE.domain) domain = textOf(bytes);
  }
  if (domain !== "" && domain !== "ai.onnx") extensions.set(operator, domain);
  operators.set(operator, (operators.get(operator) ?? 0) + 1);
  for (const name of inputs) {
    const own = readers.get(name) ?? new Set();
    readers.set(name, own.add(operator));
  }
}

/** ValueInfo: name 1, type 2 > tensor 1 > element 1, shape 2 > dim 1 > value 1 or name 2. */
function readPort(info: Uint8Array): Port {
  const tensor = at(at(info, 2), 1);
  const shape = at(tensor, 2);
  const dims = [...fieldsOf(shape)].map(({ bytes }) => {
    const size = [...fieldsOf(bytes)].find(({ number }) => number === 1 || number === 2);
    return size === undefined ? "?" : size.number === 1 ? size.value : textOf(size.bytes);
  });
  return { name: textOf(at(info, 1)), type: TYPES[find(tensor, 1)?.value ?? 0] ?? "other", dims };
}

function readWeight(tensor: Uint8Array): Weight {
  let name = "";
  let type = 0;
  let count = 1;
  const external = new Map<string, string>();
  for (const { number, value, bytes } of fieldsOf(tensor)) {
    if (number === TENSOR.name) name = textOf(bytes);
    else if (number === TENSOR.type) type = value;
    else if (number === TENSOR.dims) for (const size of sizesOf(value, bytes)) count *= size;
    else if (number === TENSOR.external) external.set(textOf(at(bytes, 1)), textOf(at(bytes, 2)));
  }
  const size = Math.ceil(count * (SIZES[type] ?? 1));
  const end = Number(external.get("offset") ?? 0) + Number(external.get("length") ?? size);
  return { name, bytes: size, file: external.get("location") ?? null, end };
}

/** Repeated numbers come one by one, or packed into one field. */
export function sizesOf(value: number, packed: Uint8Array): number[] {
  if (packed.byteLength === 0) return [value];
  const sizes: number[] = [];
  let size = 0;
  let shift = 1;
  for (const byte of packed) {
    size += (byte & 0x7f) * shift;
    shift *= 128;
    if (byte >= 0x80) continue;
    sizes.push(size);
    size = 0;
    shift = 1;
  }
  return sizes;
}

function find(message: Uint8Array, number: number): Field | undefined {
  for (const field of fieldsOf(message)) if (field.number === number) return field;
  return undefined;
}

function at(message: Uint8Array, number: number): Uint8Array {
  return find(message, number)?.bytes ?? new Uint8Array(0);
}
