/**
 * The head of the vocabulary in a graph of the Hub: the product that makes the logits of the last state. Where it is found,
 * its first input is the state that reward heads read, and its matrix is W_U.
 */
import type { Reals, Unembedding } from "../../../core/heads/unembedding.ts";
import { FLOAT, FLOAT16, INT8 } from "../../gguf/onnx-writer.ts";
import { openGraphFile, type GraphFile, type GraphNode, type GraphWeight } from "../unfold/graph-file.ts";
import { numbersOf, quantisedProduct } from "../unfold/quantised-product.ts";
import { unpackRows } from "../unfold/quantised-weights.ts";

export interface VocabularyHead {
  /** Name of the state, the product's first input. */
  readonly state: string;
  readonly hidden: number;
  readonly vocabulary: number;
  /** Unpacks its rows from a copy, so that the file can be let go. */
  unembedding(): Unembedding;
}

const OUTPUT = "logits";
/** What may stand between the product and the logits: a change of type, and a bias, which no reward needs. */
const PASSING = ["Cast", "Add", "Identity"];

/**
 * Null where the logits are made in another way: by a product whose matrix is computed, or with a curve behind it.
 * @param files weights that lie beside the graph, by the names that it has for them
 * @throws RangeError where the bytes are no ONNX graph
 */
export function vocabularyHead(file: Uint8Array, files: ReadonlyMap<string, Uint8Array>): VocabularyHead | null {
  const graph = openGraphFile(file, files);
  const makers = new Map(graph.nodes.flatMap((each) => each.outputs.map((name) => [name, each] as const)));
  const seen = new Set<GraphNode>();
  let made = makers.get(OUTPUT);
  while (made !== undefined && PASSING.includes(made.operator) && !seen.has(made)) {
    seen.add(made);
    const computed = made.inputs.filter((name) => !graph.weights.has(name));
    made = computed.length === 1 ? makers.get(computed[0]!) : undefined;
  }
  if (made === undefined) return null;
  return quantisedHead(made, graph) ?? plainHead(made, graph, makers) ?? scaledHead(made, graph, makers);
}

function quantisedHead(product: GraphNode, { weights }: GraphFile): VocabularyHead | null {
  const found = quantisedProduct(product, weights, true);
  if (found === null) return null;
  const { rows: vocabulary, columns: hidden } = found;
  return {
    state: product.inputs[0] ?? "",
    hidden,
    vocabulary,
    unembedding: () => {
      const matrix = { ...found, packed: found.packed.slice() };
      return { vocabulary, hidden, rowOf: (token, out) => out.set(unpackRows(matrix, token, 1)) };
    },
  };
}

/** A product with the matrix as it is, `[hidden, vocabulary]`, or turned, `[vocabulary, hidden]`, as tied embeddings are. */
function plainHead(
  product: GraphNode,
  { weights }: GraphFile,
  makers: ReadonlyMap<string, GraphNode>,
): VocabularyHead | null {
  if (!["MatMul", "Gemm", "FusedMatMul"].includes(product.operator)) return null;
  const [state = "", name = ""] = product.inputs;
  const turn = makers.get(name);
  const isTurnedBefore = turn?.operator === "Transpose";
  const weight = weights.get(isTurnedBefore ? (turn.inputs[0] ?? "") : name);
  if (!isMatrix(weight)) return null;
  const [first, second] = weight.dims as [number, number];
  const isTurned = isTurnedBefore || product.ints.get("transB") === 1;
  const [vocabulary, hidden] = isTurned ? [first, second] : [second, first];
  if (isTurnedBefore && product.ints.get("transB") === 1) return null;
  const [across, along] = isTurned ? [hidden, 1] : [1, vocabulary];
  return {
    state,
    hidden,
    vocabulary,
    unembedding: () => {
      const numbers = numbersOf(weight)!;
      const rowOf = (token: number, out: Reals): void => {
        for (let i = 0; i < hidden; i++) out[i] = numbers[token * across + i * along]!;
      };
      return { vocabulary, hidden, rowOf };
    },
  };
}

/**
 * Tied embeddings in blocks of 8 bits that the graph itself unpacks, as the bundled models have them:
 * Transpose(Reshape(codes * scales)), codes `[vocabulary, blocks, size]`, scales `[vocabulary, blocks, 1]`.
 */
function scaledHead(
  product: GraphNode,
  { weights }: GraphFile,
  makers: ReadonlyMap<string, GraphNode>,
): VocabularyHead | null {
  const made = (name: string | undefined, operator: string): GraphNode | undefined => {
    const found = makers.get(name ?? "");
    return found?.operator === operator ? found : undefined;
  };
  const table = made(made(product.inputs[1], "Transpose")?.inputs[0], "Reshape");
  const factors = made(table?.inputs[0], "Mul")?.inputs.map((name) => weights.get(made(name, "Cast")?.inputs[0] ?? ""));
  const [codes, scales] = factors ?? [];
  if (product.operator !== "MatMul" || codes?.type !== INT8 || !codes.data || !scales) return null;
  const [vocabulary = 0, blocks = 0, size = 0] = codes.dims;
  const factor = numbersOf(scales);
  const hidden = blocks * size;
  if (codes.data.byteLength !== vocabulary * hidden || factor?.length !== vocabulary * blocks) return null;
  const stored = new Int8Array(new Uint8Array(codes.data).buffer);
  const rowOf = (token: number, out: Reals): void => {
    for (let i = 0; i < hidden; i++) {
      out[i] = stored[token * hidden + i]! * factor[token * blocks + Math.floor(i / size)]!;
    }
  };
  return { state: product.inputs[0] ?? "", hidden, vocabulary, unembedding: () => ({ vocabulary, hidden, rowOf }) };
}

function isMatrix(weight: GraphWeight | undefined): weight is GraphWeight {
  if (weight === undefined || weight.dims.length !== 2 || (weight.type !== FLOAT && weight.type !== FLOAT16))
    return false;
  const bytes = weight.dims[0]! * weight.dims[1]! * (weight.type === FLOAT ? 4 : 2);
  return weight.data?.byteLength === bytes;
}
