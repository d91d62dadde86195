/** ONNX Runtime's product with quantised weights, read off its node. */
import { float16Value } from "../../../core/heads/float16.ts";
import { FLOAT, FLOAT16, UINT8 } from "../../gguf/onnx-writer.ts";
import { MICROSOFT } from "../../gguf/graph-parts.ts";
import type { GraphNode, GraphWeight } from "./graph-file.ts";
import { blocksOf, type QuantisedMatrix } from "./quantised-weights.ts";

const PRODUCT = "MatMulNBits";

/**
 * Null where the node is no such product, or one whose weights are computed or of another kind.
 * @param takesHalves whether scales may be of float16, as in graphs whose states are
 */
export function quantisedProduct(
  each: GraphNode,
  weights: ReadonlyMap<string, GraphWeight>,
  takesHalves = false,
): QuantisedMatrix | null {
  if (each.operator !== PRODUCT || each.domain !== MICROSOFT.domain) return null;
  const [, packed, scales, zeros, order] = each.inputs.map((name) => weights.get(name) ?? null);
  const [columns, rows, bits = 4, block] = ["K", "N", "bits", "block_size"].map((name) => each.ints.get(name));
  if (columns === undefined || rows === undefined || block === undefined || (bits !== 4 && bits !== 8)) return null;
  // Numbers in an order of their own are left to the operator.
  if (each.inputs[4] !== undefined && each.inputs[4] !== "") return null;
  if (!packed?.data || order) return null;
  const factors = scales?.type === FLOAT || takesHalves ? numbersOf(scales ?? null) : null;
  if (factors === null) return null;
  const blocks = blocksOf({ columns, block });
  if (packed.data.byteLength !== (rows * blocks * block * bits) / 8) return null;
  const hasZeros = each.inputs[3] !== undefined && each.inputs[3] !== "";
  const points = hasZeros ? zerosOf(zeros ?? null, takesHalves) : null;
  if (hasZeros && points === null) return null;
  return { rows, columns, bits, block, packed: packed.data, scales: factors, zeros: points };
}

function zerosOf(weight: GraphWeight | null, takesHalves: boolean): Float32Array | Uint8Array | null {
  if (weight?.type === UINT8) return weight.data;
  return weight?.type === FLOAT || takesHalves ? numbersOf(weight) : null;
}

/** A copy, which begins where floats can; null for a weight that is not there, or of another type. */
export function numbersOf(weight: GraphWeight | null): Float32Array | null {
  if (!weight?.data) return null;
  const { buffer } = new Uint8Array(weight.data);
  if (weight.type === FLOAT) return new Float32Array(buffer);
  return weight.type === FLOAT16 ? Float32Array.from(new Uint16Array(buffer), float16Value) : null;
}
