/**
 * A graph of the Hub as WebAssembly runs it best. Its weights come out of the file, so that the heap never holds the file
 * as well, and products of 4 or 8 bits become products of float32, which are about ten times as fast there on the same
 * numbers (`docs/adr/0021-real-models-compute-in-float32-on-a-processor.md`).
 */
import { externalTensor, FLOAT, header, message, node, tensor, type Message } from "../../gguf/onnx-writer.ts";
import { MICROSOFT } from "../../gguf/graph-parts.ts";
import { rowPieces } from "../../gguf/row-pieces.ts";
import { bytesOfArray, madeOnDemand } from "../../gguf/weight-files.ts";
import type { ExternalFile } from "../../onnx/runtime.ts";
import { openGraphFile, type GraphNode, type GraphWeight } from "./graph-file.ts";
import { quantisedProduct } from "./quantised-product.ts";
import { unpackRows, type QuantisedMatrix } from "./quantised-weights.ts";

export interface PreparedGraph {
  readonly graph: Uint8Array;
  readonly external: readonly ExternalFile[];
  readonly weightBytes: number;
  readonly largestTensor: { readonly name: string; readonly bytes: number };
  /** Products that were unfolded to float32. */
  readonly unfolded: number;
}

const GRAPH_FIELDS = { node: 1, weight: 5 } as const;
const MODEL_GRAPH = 7;
/** Smaller constants stay: the runtime looks at some of them before it runs, as at the sizes of a reshape. */
const LIFTED_FROM_BYTES = 4096;

/**
 * @param files weights that lie beside the graph, by the names that it has for them
 * @param isUnfolding whether quantised products become products of float32
 * @throws RangeError where the bytes are no ONNX graph
 */
export function prepareGraph(
  file: Uint8Array,
  files: ReadonlyMap<string, Uint8Array>,
  isUnfolding: boolean,
): PreparedGraph {
  const { model, rest, nodes, weights } = openGraphFile(file, files);
  const made = new Made();
  const kept: GraphNode[] = [];
  const used = new Set<string>();
  let unfolded = 0;
  for (const each of nodes) {
    const matrix = isUnfolding ? quantisedProduct(each, weights) : null;
    if (matrix !== null) {
      unfolded += 1;
      made.product(each, matrix);
      // A bias stays a weight of its own.
      used.add(each.inputs[5] ?? "");
      continue;
    }
    kept.push(each);
    made.nodes.push([each.raw]);
    for (const name of each.inputs) used.add(name);
  }
  const isAnyUsed = kept.some(({ hasGraphs }) => hasGraphs);
  const replaced = new Set(nodes.filter((each) => !kept.includes(each)).flatMap(({ inputs }) => inputs));
  for (const weight of weights.values()) {
    if (replaced.has(weight.name) && !isAnyUsed && !used.has(weight.name)) continue;
    made.keep(weight);
  }
  const graph = [...made.nodes, ...made.weights].flat();
  const { external, weightBytes, largestTensor } = made;
  return { graph: joined(model, [...graph, ...rest]), external, weightBytes, largestTensor, unfolded };
}

/** Nodes and weights of the new graph. */
class Made {
  readonly nodes: (readonly Uint8Array[])[] = [];
  readonly weights: (readonly Uint8Array[])[] = [];
  readonly external: ExternalFile[] = [];
  weightBytes = 0;
  largestTensor = { name: "", bytes: 0 };
  readonly #matrices = new Set<string>();

  product({ inputs, outputs }: GraphNode, matrix: QuantisedMatrix): void {
    const [input = "", name = "", , , , bias = ""] = inputs;
    const output = outputs[0] ?? "";
    const product = bias === "" ? output : `${output}.product`;
    const pieces = rowPieces(matrix.rows, matrix.columns);
    const products = pieces.map(({ from, count }) => {
      const weight = `${name}.rows_from_${from}`;
      if (!this.#matrices.has(weight)) {
        const make = (): Uint8Array => bytesOfArray(unpackRows(matrix, from, count));
        this.#outside(weight, FLOAT, [count, matrix.columns], 4 * count * matrix.columns, make);
        this.#matrices.add(weight);
      }
      const made = pieces.length === 1 ? product : `${output}.from_${from}`;
      this.#node(node("FusedMatMul", [input, weight], [made], { ...MICROSOFT, ints: { transB: 1 } }));
      return made;
    });
    if (pieces.length > 1) this.#node(node("Concat", products, [product], { ints: { axis: -1 } }));
    if (bias !== "") this.#node(node("Add", [product, bias], [output]));
  }

  keep({ name, type, dims, data, raw }: GraphWeight): void {
    if (data !== null && data.byteLength >= LIFTED_FROM_BYTES) {
      this.#outside(name, type, dims, data.byteLength, () => data);
      return;
    }
    this.weightBytes += data?.byteLength ?? 0;
    // A small one from a file beside the graph comes into it.
    this.weights.push(
      data === null ? [raw] : message(GRAPH_FIELDS.weight, tensor(name, type, dims, Uint8Array.from(data))),
    );
  }

  #node(parts: Message): void {
    this.nodes.push(message(GRAPH_FIELDS.node, parts));
  }

  #outside(name: string, type: number, dims: readonly number[], bytes: number, make: () => Uint8Array): void {
    // Names of weights may hold what a path must not.
    const location = `weight-${this.external.length}`;
    this.weights.push(message(GRAPH_FIELDS.weight, externalTensor(name, type, dims, { location, length: bytes })));
    this.external.push(madeOnDemand(location, bytes, make));
    this.weightBytes += bytes;
    if (bytes > this.largestTensor.bytes) this.largestTensor = { name, bytes };
  }
}

function joined(model: readonly Uint8Array[], graph: readonly Uint8Array[]): Uint8Array {
  const size = graph.reduce((sum, part) => sum + part.byteLength, 0);
  const parts = [...model, header(MODEL_GRAPH, size), ...graph];
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.byteLength;
  }
  return file;
}
