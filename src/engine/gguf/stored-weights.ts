/** The tensors of a GGUF file in memory as they are stored, with the rows of heads in the order that the graph wants. */
import { dequantise } from "./dequantise.ts";
import type { ModelFacts } from "./model-facts.ts";
import { readTensorBytes, type Gguf, type TensorInfo } from "./read-gguf.ts";
import { damaged } from "./refuse.ts";
import { LAYOUTS } from "./tensor-types.ts";

export interface StoredTensor extends TensorInfo {
  readonly data: Uint8Array;
}

export interface Weights {
  has(name: string): boolean;
  /** @throws RunError "model-corrupt" where the tensor is missing or has other sizes */
  get(name: string, rows: number, columns: number): StoredTensor;
  /** A tensor of one axis as numbers. */
  vector(name: string, length: number): Float32Array;
}

export async function loadWeights(gguf: Gguf, facts: Pick<ModelFacts, HeadFacts>): Promise<Weights> {
  const stored = new Map<string, StoredTensor>();
  for (const info of gguf.tensors.values()) {
    const data = await readTensorBytes(gguf, info);
    const heads = facts.hasPairedHeads ? pairedHeads(info.name, facts) : null;
    stored.set(info.name, { ...info, data: heads === null ? data : inHalves(info, data, heads, facts.headDim) });
  }
  const get: Weights["get"] = (name, rows, columns) => {
    const tensor = stored.get(name);
    if (tensor === undefined) throw damaged(gguf.id, `it has no tensor ${name}`, "Choose another file of the model");
    if (tensor.rows === rows && tensor.columns === columns) return tensor;
    const found = `${tensor.rows} x ${tensor.columns}`;
    throw damaged(gguf.id, `its tensor ${name} is ${found} and should be ${rows} x ${columns}`, "Choose another file");
  };
  const vector: Weights["vector"] = (name, length) => {
    const { type, data } = get(name, 1, length);
    return dequantise(type, data);
  };
  return { has: (name) => stored.has(name), get, vector };
}

type HeadFacts = "heads" | "kvHeads" | "headDim" | "hasPairedHeads";

/** Heads of a tensor whose rows lie in pairs; null for every other tensor. */
function pairedHeads(name: string, { heads, kvHeads }: Pick<ModelFacts, HeadFacts>): number | null {
  if (/\.attn_q\.(weight|bias)$/.test(name)) return heads;
  return /\.attn_k\.(weight|bias)$/.test(name) ? kvHeads : null;
}

/**
 * llama.cpp turns neighbours (0 with 1, 2 with 3), the operator of the graph turns halves (0 with n/2). Rows are whole
 * blocks, so they move without being unpacked.
 */
function inHalves({ type, columns, rows }: TensorInfo, data: Uint8Array, heads: number, headDim: number): Uint8Array {
  const isBias = rows === 1;
  const rowBytes = isBias ? LAYOUTS[type].bytes : data.byteLength / rows;
  const count = isBias ? columns : rows;
  // Another size is reported when the tensor is asked for.
  if (count !== heads * headDim) return data;
  const half = headDim / 2;
  const moved = new Uint8Array(data.byteLength);
  for (let row = 0; row < count; row += 1) {
    const within = row % headDim;
    const to = row - within + (within % 2) * half + (within >> 1);
    moved.set(data.subarray(row * rowBytes, (row + 1) * rowBytes), to * rowBytes);
  }
  return moved;
}
