/**
 * The seam between the models and an ONNX runtime. Three runtimes fulfil it: WebAssembly (page and Node), WebGPU
 * (page) and onnxruntime-node. Past and present caches share one block of memory each, so a step copies no cache.
 */
import { RunError } from "../../core/errors.ts";
import type { Backend } from "../../core/types.ts";

/** Sizes of one model's key/value cache: `2 * layers` blocks, each `[rows, kvHeads, capacity, headDim]` float32. */
export interface CacheShape {
  readonly layers: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

/** What is asked of a graph: `logits` and `values` come for every position, `scores` once for each row. */
export interface GraphSpec {
  readonly output: "logits" | "values" | "scores";
  /** Null for a graph that reads whole texts. */
  readonly cache: CacheShape | null;
}

/** One call of a graph. */
export interface Forward {
  readonly rows: number;
  /** New tokens in every row. */
  readonly columns: number;
  /** Longest row, new tokens included: the width of `mask`. */
  readonly total: number;
  /** `[rows, columns]`, padded on the right. */
  readonly ids: BigInt64Array;
  /** `[rows, total]`: as many ones on the left as the row has tokens. */
  readonly mask: BigInt64Array;
  /** Which outputs to bring back: `row * columns + column`, or the row for `scores`. */
  readonly picks: readonly number[];
  /** Receives the picks one after the other. */
  readonly into: Float32Array;
}

/** Rows of one model on the device, with their caches. Whoever opens them disposes them. */
export interface DeviceRows {
  readonly rows: number;
  /** Positions that the caches can hold. */
  readonly capacity: number;
  forward(call: Forward): Promise<void>;
  /** New row r takes the first `length` positions of old row `rows[r]`; the caches then hold `capacity` positions. */
  keep(rows: readonly number[], length: number, capacity: number): void;
  /** Copies one position of row `from` to the rows `to`. */
  spread(from: number, to: readonly number[], position: number): void;
  dispose(): void;
}

/** Names and dimensions of a graph's inputs or outputs; a string is a dimension that varies. */
export type Signature = ReadonlyMap<string, readonly (number | string)[]>;

export interface Session {
  readonly inputs: Signature;
  readonly outputs: Signature;
  /** Sizes of the main output for one position, or for one row of `scores`. */
  readonly shape: readonly number[];
  open(rows: number, capacity: number): DeviceRows;
  dispose(): Promise<void>;
}

export interface MemoryReport {
  readonly heapBytes: number | null;
  readonly tensors: number;
  readonly gpuBytes: number | null;
}

export interface Runtime {
  readonly backend: Backend;
  /** Name of the adapter or processor, for the device report. */
  readonly adapter: string;
  readonly isSoftware: boolean;
  readonly threads: number;
  createSession(graph: Uint8Array, spec: GraphSpec): Promise<Session>;
  memory(): MemoryReport;
  dispose(): Promise<void>;
}

/** Sizes of the main output after its varying dimensions: rows, and positions where there are any. */
export function outputShape(outputs: Signature, spec: GraphSpec): readonly number[] {
  const sizes = outputs.get(spec.output)?.slice(spec.output === "scores" ? 1 : 2) ?? [];
  if (sizes.length === 0 || !sizes.every((size) => typeof size === "number")) {
    throw new RunError("model-corrupt", `The graph has no output "${spec.output}" of a fixed size.`, {
      outputs: [...outputs.keys()].join(" "),
    });
  }
  return sizes;
}

/** Dimensions of the main output of a call. */
export function outputDims(spec: GraphSpec, shape: readonly number[], call: Forward): number[] {
  return spec.output === "scores" ? [call.rows, ...shape] : [call.rows, call.columns, ...shape];
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((result, size) => result * size, 1);
}

/** Names of the cache inputs and outputs, in the order of the blocks. */
export function cacheNames(shape: CacheShape | null): { readonly past: string; readonly present: string }[] {
  return Array.from({ length: 2 * (shape?.layers ?? 0) }, (_, index) => {
    const name = `${index >> 1}.${index % 2 === 0 ? "key" : "value"}`;
    return { past: `past_key_values.${name}`, present: `present.${name}` };
  });
}
