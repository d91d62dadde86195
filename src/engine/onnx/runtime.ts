/**
 * The seam between the models and an ONNX runtime. Three runtimes fulfil it: WebAssembly (page and Node), WebGPU
 * (page) and onnxruntime-node. Past and present caches share one block of memory each, so a step copies no cache.
 */
import { RunError } from "../../core/errors.ts";
import type { BesideAsk, CutLogits, HeldLogits, LogitsBeside } from "../../core/cut-logits.ts";
import type { Backend, TokenId } from "../../core/types.ts";
import type { StateSizes } from "../interfaces.ts";

/** Sizes of one model's key/value cache: `2 * layers` blocks, each `[rows, kvHeads, capacity, headDim]`. */
export interface CacheShape {
  readonly layers: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /**
   * A shared cache (where nothing is said) is past and present in one block with room for more. A growing one comes
   * back longer from every call: the graph joins old and new keys itself, as plain exports do.
   */
  readonly grows?: boolean;
  /** float32 where nothing is said. */
  readonly type?: FloatType;
}

export type FloatType = "float32" | "float16";

/** Inputs beside ids, mask and cache that some graphs have. */
export type ExtraInput = "position_ids" | "token_type_ids" | "num_logits_to_keep" | "picks";

/** What is asked of a graph. */
export interface GraphSpec {
  readonly output: "logits" | "values" | "scores";
  /** How often the output comes: for every position, for those that the input `picks` names, or once for each row. */
  readonly each: "position" | "pick" | "row";
  /** Null for a graph that reads whole texts. */
  readonly cache: CacheShape | null;
  readonly extras?: readonly ExtraInput[];
  /** How the graph takes whole numbers (`graph-inputs.ts`); "masked" where nothing is said, as exports do. */
  readonly integers?: "masked" | "counted";
  /** float32 where nothing is said. */
  readonly outputType?: FloatType;
  /** Sizes of the output after rows and positions, for graphs that leave them open. */
  readonly outputShape?: readonly number[];
  /** The graph can give the states behind its output too, as often as the output: `hidden`, and `middle` where there is a layer. */
  readonly states?: StateSizes;
}

/** Room for the states of the picks of a call, `[picks, hidden]` each. */
export interface StatesInto {
  /** After the final norm: what the head of the vocabulary reads. */
  readonly hidden: Float32Array;
  /** The residual stream in the middle of the model; null where the graph does not give it. */
  readonly middle: Float32Array | null;
}

/** Room for each output of states that a call asks for. */
export function statesWanted({ states }: Forward): readonly (readonly [keyof StatesInto, Float32Array])[] {
  if (states === undefined) return [];
  const { hidden, middle } = states;
  return [["hidden", hidden], ...(middle === null ? [] : [["middle", middle] as const])];
}

/** Bytes at hand, or bytes that are made when a part of them is asked for. */
export type WeightBytes = Pick<Uint8Array, "byteLength" | "subarray">;

/** Weights that lie beside a graph, under the name that the graph has for them. */
export interface ExternalFile {
  readonly path: string;
  readonly bytes: WeightBytes;
}

/** Room for the likeliest tokens of the picks of a call, in place of the picks themselves. */
export interface CutInto {
  /** Tokens of a row; the rest of it is padding. */
  readonly vocabulary: number;
  /** Tokens to leave out. */
  readonly banned: ReadonlySet<TokenId>;
  /** Receives one cut a pick; null where the card cannot cut them, or a logit is no finite number. */
  readonly cuts: (CutLogits | null)[];
}

/** One call of a graph. */
export interface Forward {
  readonly rows: number;
  /** New tokens in every row. */
  readonly columns: number;
  /** Longest row, new tokens included. */
  readonly total: number;
  /** `[rows, columns]`, padded on the right. */
  readonly ids: Int32Array;
  /** Tokens of each row, the new ones included. They stand on the left of `total`, unless `marks` says otherwise. */
  readonly lengths: readonly number[];
  /** `[rows, total]`: 1 where the row has a token. */
  readonly marks?: Uint8Array;
  /** How many tokens each row had before; none where nothing is said. Gives the positions to graphs that ask for them. */
  readonly starts?: readonly number[];
  /** Which outputs to bring back: `row * columns + column`, or the row. */
  readonly picks: readonly number[];
  /** Receives the picks one after the other. */
  readonly into: Float32Array;
  /** Receives the states of the picks, for graphs that give them. */
  readonly states?: StatesInto;
  /** Receives the likeliest tokens; `into` then stays as it is. Only for rows that can bring the picks afterwards. */
  readonly cut?: CutInto;
  /** The picks stay on the card, and `into` as it is. Only for rows that can bring the picks afterwards. */
  readonly stays?: true;
}

/** What can be asked about logits that lie on the card, after the forward that made them. */
export interface LogitsOnCard {
  /** Brings some picks, `[which, width]`, if the session has run no other forward since, or they are held. */
  bring(which: readonly number[], into: Float32Array): Promise<void>;
  /** Keeps them until the session's next `hold`. */
  hold(): HeldLogits;
  /** @param vocabulary tokens of a row; the rest of it is padding */
  beside(asked: readonly BesideAsk[], vocabulary: number): Promise<readonly (LogitsBeside | null)[]>;
}

/** Rows of one model on the device, with their caches. Whoever opens them disposes them. */
export interface DeviceRows {
  readonly rows: number;
  /** Positions that the caches can hold. */
  readonly capacity: number;
  forward(call: Forward): Promise<void>;
  /** About the latest forward. Rows that lack this cut nothing, and nothing stays. */
  readonly onCard?: () => LogitsOnCard;
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
  /** Sizes of the main output for one position, or for one row. */
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
  /** @param rowBytes what rows will take beside the weights; WebAssembly makes room for it at once */
  createSession(
    graph: Uint8Array,
    spec: GraphSpec,
    external?: readonly ExternalFile[],
    rowBytes?: number,
  ): Promise<Session>;
  memory(): MemoryReport;
  dispose(): Promise<void>;
}

/** Sizes of the main output after its varying dimensions: rows, and positions where there are any. */
export function outputShape(outputs: Signature, spec: GraphSpec): readonly number[] {
  const sizes = spec.outputShape ?? outputs.get(spec.output)?.slice(spec.each === "position" ? 2 : 1) ?? [];
  if (sizes.length === 0 || !sizes.every((size) => typeof size === "number")) {
    throw new RunError("model-corrupt", `The graph has no output "${spec.output}" of a fixed size.`, {
      outputs: [...outputs.keys()].join(" "),
    });
  }
  return sizes;
}

/** Dimensions of the main output of a call. */
export function outputDims(spec: GraphSpec, shape: readonly number[], call: Forward): number[] {
  if (spec.each === "pick") return [call.picks.length, ...shape];
  return spec.each === "row" ? [call.rows, ...shape] : [call.rows, call.columns, ...shape];
}

/** Dimensions of the states of a call, as they come. */
export function stateDims(call: Forward, spec: GraphSpec): number[] {
  if (spec.states === undefined) throw new Error("this graph gives no states");
  return outputDims(spec, [spec.states.hidden], call);
}

/** Where the picks of a call lie in its output: a graph that knows them gives nothing else, in their order. */
export function picksInOutput(spec: GraphSpec, { picks }: Forward): readonly number[] {
  return spec.each === "pick" ? picks.map((_, index) => index) : picks;
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

export function bytesOf(type: FloatType = "float32"): 4 | 2 {
  return type === "float32" ? 4 : 2;
}
