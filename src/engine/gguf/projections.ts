/**
 * Several products of one input as one: queries, keys and values, and gate and up. A graphics card starts fewer programs
 * for them, and a processor packs fewer matrices.
 */
import { linear, type GraphForm } from "./graph-weights.ts";
import type { GraphParts } from "./graph-parts.ts";
import type { StoredTensor, Weights } from "./stored-weights.ts";

interface Place {
  readonly parts: GraphParts;
  readonly weights: Weights;
  readonly form: GraphForm;
}

export interface Projection {
  /** Name of the weights without their ending. */
  readonly name: string;
  readonly rows: number;
}

/**
 * @param whole  name of the joined product
 * @returns the outputs, one a projection
 */
export function project(
  { parts, weights, form }: Place,
  input: string,
  columns: number,
  whole: string,
  projections: readonly Projection[],
): readonly string[] {
  const matrices = projections.map(({ name, rows }) => weights.get(`${name}.weight`, rows, columns));
  const biases = projections.map(({ name, rows }) => {
    return weights.has(`${name}.bias`) ? weights.vector(`${name}.bias`, rows) : null;
  });
  const first = matrices[0];
  // Files that store the more delicate matrices finer have several types.
  const isOneType = matrices.every(({ type }) => type === first?.type);
  if (first === undefined || !isOneType || biases.some((bias) => (bias === null) !== (biases[0] === null))) {
    return projections.map(({ name }, i) => {
      const bias = biases[i] ?? null;
      const made = linear(parts, input, matrices[i]!, form, bias === null ? name : `${name}.product`);
      return bias === null ? made : parts.node("Add", [made, parts.numbers(`${name}.bias`, bias)], name);
    });
  }
  const product = linear(parts, input, joined(`${whole}.weight`, matrices), form, `${whole}.product`);
  const added = biases.every((bias) => bias !== null) ? joinedVectors(biases) : null;
  const all = added === null ? product : parts.node("Add", [product, parts.numbers(`${whole}.bias`, added)], whole);
  const sizes = projections.map(({ rows }) => rows);
  const outputs = projections.map(({ name }) => name);
  parts.node("Split", [all, parts.whole(`rows_${sizes.join("_")}`, sizes)], outputs, { ints: { axis: -1 } });
  return outputs;
}

/** Rows under each other. They are joined when they are asked for, so that nothing lies in memory twice meanwhile. */
function joined(name: string, matrices: readonly StoredTensor[]): StoredTensor {
  const [first] = matrices;
  if (first === undefined) throw new Error("no matrices to join");
  const rows = matrices.reduce((sum, matrix) => sum + matrix.rows, 0);
  const bytes = matrices.reduce((sum, { data }) => sum + data.byteLength, 0);
  const { type, columns, offset } = first;
  return {
    name,
    type,
    rows,
    columns,
    offset,
    bytes,
    get data() {
      const all = new Uint8Array(bytes);
      let at = 0;
      for (const { data } of matrices) {
        all.set(data, at);
        at += data.byteLength;
      }
      return all;
    },
  };
}

function joinedVectors(vectors: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(vectors.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const vector of vectors) {
    all.set(vector, at);
    at += vector.length;
  }
  return all;
}
