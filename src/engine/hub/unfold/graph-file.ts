/** An ONNX file taken apart, so that its weights can be stored in another way. Field numbers are those of `onnx.proto`. */
import { sizesOf } from "../graph.ts";
import { fieldsOf, textOf } from "../protobuf.ts";

export interface GraphFile {
  /** Fields of the model beside the graph, as they are. */
  readonly model: readonly Uint8Array[];
  /** Fields of the graph beside nodes and weights, as they are. */
  readonly rest: readonly Uint8Array[];
  readonly nodes: readonly GraphNode[];
  readonly weights: ReadonlyMap<string, GraphWeight>;
}

export interface GraphNode {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes that are whole numbers. */
  readonly ints: ReadonlyMap<string, number>;
  /** Whether it holds graphs of its own, which can use any weight. */
  readonly hasGraphs: boolean;
  readonly raw: Uint8Array;
}

export interface GraphWeight {
  readonly name: string;
  /** ONNX's number of the type. */
  readonly type: number;
  readonly dims: readonly number[];
  /** Null where the numbers lie in fields of their own, as small constants do. */
  readonly data: Uint8Array | null;
  readonly raw: Uint8Array;
}

const MODEL_GRAPH = 7;
const GRAPH = { node: 1, weight: 5 } as const;
const NODE = { input: 1, output: 2, operator: 4, attribute: 5, domain: 7 } as const;
const ATTRIBUTE = { name: 1, int: 3, graph: 6, graphs: 11 } as const;
const TENSOR = { dims: 1, type: 2, name: 8, data: 9, external: 13 } as const;

/**
 * @param files weights that lie beside the graph, by the names that it has for them
 * @throws RangeError where the bytes are no ONNX graph
 */
export function openGraphFile(file: Uint8Array, files: ReadonlyMap<string, Uint8Array>): GraphFile {
  const model: Uint8Array[] = [];
  const rest: Uint8Array[] = [];
  const nodes: GraphNode[] = [];
  const weights = new Map<string, GraphWeight>();
  for (const part of fieldsOf(file)) {
    if (part.number !== MODEL_GRAPH) {
      model.push(part.raw);
      continue;
    }
    for (const { number, bytes, raw } of fieldsOf(part.bytes)) {
      if (number === GRAPH.node) nodes.push(readNode(bytes, raw));
      else if (number === GRAPH.weight) {
        const weight = readWeight(bytes, raw, files);
        weights.set(weight.name, weight);
      } else rest.push(raw);
    }
  }
  return { model, rest, nodes, weights };
}

function readNode(node: Uint8Array, raw: Uint8Array): GraphNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const ints = new Map<string, number>();
  let [operator, domain, hasGraphs] = ["", "", false];
  for (const { number, bytes } of fieldsOf(node)) {
    if (number === NODE.input) inputs.push(textOf(bytes));
    else if (number === NODE.output) outputs.push(textOf(bytes));
    else if (number === NODE.operator) operator = textOf(bytes);
    else if (number === NODE.domain) domain = textOf(bytes);
    else if (number === NODE.attribute) {
      let [name, int] = ["", 0];
      for (const field of fieldsOf(bytes)) {
        if (field.number === ATTRIBUTE.name) name = textOf(field.bytes);
        else if (field.number === ATTRIBUTE.int) int = field.value;
        else if (field.number === ATTRIBUTE.graph || field.number === ATTRIBUTE.graphs) hasGraphs = true;
      }
      ints.set(name, int);
    }
  }
  return { operator, domain, inputs, outputs, ints, hasGraphs, raw };
}

function readWeight(tensor: Uint8Array, raw: Uint8Array, files: ReadonlyMap<string, Uint8Array>): GraphWeight {
  const dims: number[] = [];
  const external = new Map<string, string>();
  let [name, type] = ["", 0];
  let data: Uint8Array | null = null;
  for (const { number, value, bytes } of fieldsOf(tensor)) {
    if (number === TENSOR.name) name = textOf(bytes);
    else if (number === TENSOR.type) type = value;
    else if (number === TENSOR.dims) dims.push(...sizesOf(value, bytes));
    else if (number === TENSOR.data) data = bytes;
    else if (number === TENSOR.external) {
      const [key = "", text = ""] = [...fieldsOf(bytes)].map((field) => textOf(field.bytes));
      external.set(key, text);
    }
  }
  const location = external.get("location");
  if (location !== undefined) data = externalBytes(location, external, files);
  return { name, type, dims, data, raw };
}

function externalBytes(
  location: string,
  entry: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, Uint8Array>,
): Uint8Array {
  const file = files.get(location);
  if (file === undefined) throw new RangeError(`its weights name the file ${location}, which is not there`);
  const offset = Number(entry.get("offset") ?? 0);
  const length = Number(entry.get("length") ?? file.byteLength - offset);
  if (offset + length > file.byteLength) throw new RangeError(`a weight ends at ${offset + length} of ${location}`);
  return file.subarray(offset, offset + length);
}
