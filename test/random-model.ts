/**
 * Models of Llama's shape with random weights, as large as asked for and never committed: group-query attention
 * over a shared cache, rotary embedding by `position_ids`, as exports for the browser have them.
 */
import type { FolderFile } from "../src/engine/hub/folder-files.ts";
import { FLOAT, INT32, INT64, model, node, port, tensor, UINT8, type Message } from "../src/engine/gguf/onnx-writer.ts";

export interface RandomShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly intermediate: number;
  readonly vocabulary: number;
  readonly context: number;
  readonly seed: number;
  /** Without one the graph reads whole texts. Default true. */
  readonly hasCache?: boolean;
}

/** HuggingFaceTB/SmolLM2-135M. */
export const SMOLLM2_135M: RandomShape = {
  layers: 30,
  hidden: 576,
  heads: 9,
  kvHeads: 3,
  intermediate: 1536,
  vocabulary: 49_152,
  context: 2048,
  seed: 1,
};

const BLOCK = 32;
const MICROSOFT = { domain: "com.microsoft" } as const;

/** @param dtype 4 bits, or float32 of as many random weights */
export function randomModel(shape: RandomShape, dtype: "q4" | "fp32" = "q4"): FolderFile[] {
  const json = (path: string, value: unknown): FolderFile => ({ path, blob: new Blob([JSON.stringify(value)]) });
  const config = {
    model_type: "llama",
    vocab_size: shape.vocabulary,
    hidden_size: shape.hidden,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    max_position_embeddings: shape.context,
    eos_token_id: 0,
  };
  return [
    { path: dtype === "q4" ? "onnx/model_q4.onnx" : "onnx/model.onnx", blob: new Blob([...graphOf(shape, dtype)]) },
    json("config.json", config),
    json("tokenizer.json", tokenizerOf(shape.vocabulary)),
    json("tokenizer_config.json", { eos_token: "<|endoftext|>", bos_token: "<|endoftext|>" }),
  ];
}

/** Bytes spell themselves; the rest of the ids are words that no text splits into. */
function tokenizerOf(size: number): unknown {
  const vocab: Record<string, number> = { "<|endoftext|>": 0 };
  let next = 0x100;
  for (let byte = 0; byte < 256; byte += 1) {
    const isItself = (byte > 0x20 && byte < 0x7f) || (byte >= 0xa1 && byte !== 0xad);
    vocab[String.fromCodePoint(isItself ? byte : next)] = byte + 1;
    if (!isItself) next += 1;
  }
  for (let id = 257; id < size; id += 1) vocab[`Ġword${id}`] = id;
  const bytes = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    normalizer: null,
    post_processor: null,
    pre_tokenizer: bytes,
    decoder: bytes,
    added_tokens: [{ id: 0, content: "<|endoftext|>", special: true, normalized: false }],
    model: { type: "BPE", vocab, merges: [] },
  };
}

function graphOf(shape: RandomShape, dtype: "q4" | "fp32"): Message {
  const { layers, hidden, heads, kvHeads, intermediate, vocabulary, context, hasCache = true } = shape;
  const headDim = hidden / heads;
  const random = numbersOf(shape.seed);
  const nodes: Message[] = [];
  const weights: Message[] = [];
  const add = (operator: string, inputs: string[], output: string, options = {}): string => {
    nodes.push(node(operator, inputs, [output], options));
    return output;
  };
  const matrix = (input: string, output: string, rows: number, columns: number): string => {
    if (dtype === "fp32") {
      const scale = 1.6 / Math.sqrt(columns);
      const values = random.floats(rows * columns).map((value) => value * scale);
      weights.push(tensor(`${output}.w32`, FLOAT, [columns, rows], values));
      return add("MatMul", [input, `${output}.w32`], output);
    }
    const blocks = columns / BLOCK;
    weights.push(tensor(`${output}.q`, UINT8, [rows, blocks, BLOCK / 2], random.bytes((rows * columns) / 2)));
    const scale = 0.35 / Math.sqrt(columns);
    weights.push(tensor(`${output}.s`, FLOAT, [rows * blocks], new Float32Array(rows * blocks).fill(scale)));
    const ints = { K: columns, N: rows, bits: 4, block_size: BLOCK };
    return add("MatMulNBits", [input, `${output}.q`, `${output}.s`], output, { ...MICROSOFT, ints });
  };
  const norm = (input: string, output: string): string => {
    weights.push(tensor(`${output}.w`, FLOAT, [hidden], new Float32Array(hidden).fill(1)));
    const options = { ints: { axis: 2 }, floats: { epsilon: 1e-5 } };
    return add("SimplifiedLayerNormalization", [input, `${output}.w`], output, options);
  };

  weights.push(tensor("embed", FLOAT, [vocabulary, hidden], random.floats(vocabulary * hidden)));
  weights.push(...rotary(context, headDim));
  weights.push(tensor("one", INT64, [1], BigInt64Array.of(1n)), tensor("axis", INT64, [], BigInt64Array.of(1n)));
  add("ReduceSum", ["attention_mask", "one"], "lengths", { ints: { keepdims: 0 } });
  add("Sub", ["lengths", "one"], "last");
  add("Cast", ["last"], "seqlens_k", { ints: { to: INT32 } });
  add("Shape", ["attention_mask"], "mask_shape");
  add("Gather", ["mask_shape", "axis"], "width", { ints: { axis: 0 } });
  add("Cast", ["width"], "total", { ints: { to: INT32 } });

  let x = add("Gather", ["embed", "input_ids"], "x0", { ints: { axis: 0 } });
  for (let layer = 0; layer < layers; layer += 1) {
    const at = (name: string): string => `l${layer}.${name}`;
    const normed = norm(x, at("norm1"));
    const turn = (input: string, count: number): string =>
      add("RotaryEmbedding", [input, "position_ids", "cos", "sin"], `${input}.r`, {
        ...MICROSOFT,
        ints: { num_heads: count },
      });
    const query = turn(matrix(normed, at("q"), hidden, hidden), heads);
    const key = turn(matrix(normed, at("k"), kvHeads * headDim, hidden), kvHeads);
    const value = matrix(normed, at("v"), kvHeads * headDim, hidden);
    const past = hasCache ? [`past_key_values.${layer}.key`, `past_key_values.${layer}.value`] : ["", ""];
    const present = hasCache ? [`present.${layer}.key`, `present.${layer}.value`] : [];
    const attention = { ...MICROSOFT, ints: { num_heads: heads, kv_num_heads: kvHeads } };
    const inputs = [query, key, value, ...past, "seqlens_k", "total"];
    nodes.push(node("GroupQueryAttention", inputs, [at("attended"), ...present], attention));
    x = add("Add", [x, matrix(at("attended"), at("o"), hidden, hidden)], at("x1"));
    const inner = norm(x, at("norm2"));
    const gate = matrix(inner, at("gate"), intermediate, hidden);
    const open = add("Mul", [gate, add("Sigmoid", [gate], at("sigmoid"))], at("silu"));
    const up = add("Mul", [open, matrix(inner, at("up"), intermediate, hidden)], at("mlp"));
    x = add("Add", [x, matrix(up, at("down"), hidden, intermediate)], at("x2"));
  }
  // As newer exports have it: the head runs over the last so many positions, over all where 0 is asked for.
  weights.push(
    tensor("end", INT64, [1], BigInt64Array.of(2n ** 62n)),
    tensor("first", INT64, [1], BigInt64Array.of(0n)),
  );
  add("Unsqueeze", [add("Neg", ["num_logits_to_keep"], "from"), "first"], "start");
  const kept = add("Slice", [norm(x, "final"), "start", "end", "one"], "kept");
  matrix(kept, "logits", vocabulary, hidden);

  const cache = (name: string, length: string): Message[] =>
    Array.from({ length: hasCache ? layers : 0 }, (_, layer) =>
      ["key", "value"].map((part) => port(`${name}.${layer}.${part}`, FLOAT, ["batch_size", kvHeads, length, headDim])),
    ).flat();
  const ids = (name: string, length: string): Message => port(name, INT64, ["batch_size", length]);
  return model({
    nodes,
    weights,
    inputs: [
      ids("input_ids", "sequence"),
      ids("attention_mask", "total"),
      ids("position_ids", "sequence"),
      port("num_logits_to_keep", INT64, []),
      ...cache("past_key_values", "past"),
    ],
    outputs: [port("logits", FLOAT, ["batch_size", "sequence", vocabulary]), ...cache("present", "total")],
  });
}

function rotary(context: number, headDim: number): Message[] {
  const half = headDim / 2;
  const angle = (index: number): number => Math.floor(index / half) / 10_000 ** ((index % half) / half);
  const table = (of: (angle: number) => number): Float32Array<ArrayBuffer> =>
    Float32Array.from({ length: context * half }, (_, index) => of(angle(index)));
  return [
    tensor("cos", FLOAT, [context, half], table(Math.cos)),
    tensor("sin", FLOAT, [context, half], table(Math.sin)),
  ];
}

/** A plain generator of 32-bit numbers, so that one seed gives one model. */
function numbersOf(seed: number): {
  bytes(count: number): Uint8Array<ArrayBuffer>;
  floats(count: number): Float32Array<ArrayBuffer>;
} {
  let state = seed >>> 0;
  const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
  return {
    bytes(count) {
      const bytes = new Uint8Array(count);
      for (let index = 0; index < count; index += 1) bytes[index] = next() >>> 24;
      return bytes;
    },
    floats(count) {
      const floats = new Float32Array(count);
      for (let index = 0; index < count; index += 1) floats[index] = next() / 2 ** 31 - 1;
      return floats;
    },
  };
}
