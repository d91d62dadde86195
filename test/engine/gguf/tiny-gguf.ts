/** Small random models of Llama's and Qwen2's shape as GGUF files, with matrices of every type. */
import type { TensorType } from "../../../src/engine/gguf/tensor-types.ts";
import { LAYOUTS } from "../../../src/engine/gguf/tensor-types.ts";
import { toHalf } from "./half.ts";
import { writeGguf, type FieldValue, type TensorToWrite } from "./write-gguf.ts";

export interface TinyShape {
  readonly architecture: "llama" | "qwen2";
  /** Type of the embedding, which is the head too where `isTied` says so. */
  readonly table: TensorType;
  readonly isTied: boolean;
  /** Of all other matrices; a type for each kind where nothing is said. */
  readonly type?: TensorType;
  readonly seed?: number;
  /** Tokens that no text has, so that the vocabulary is a wider one. */
  readonly unused?: number;
  readonly hasDivisors?: boolean;
  readonly fields?: Readonly<Record<string, FieldValue>>;
}

export const SIZES = {
  layers: 2,
  hidden: 256,
  heads: 4,
  kvHeads: 2,
  headDim: 64,
  intermediate: 512,
  context: 256,
  epsilon: 1e-5,
  ropeBase: 10_000,
} as const;

const TEMPLATE =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

const MARKS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];

/** Three marks and 256 bytes, no merges: each byte is a token. */
export const VOCABULARY: readonly string[] = [...MARKS, ...bytesAsLetters()];

function bytesAsLetters(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const isItself = (byte > 0x20 && byte < 0x7f) || (byte >= 0xa1 && byte !== 0xad);
    return String.fromCodePoint(isItself ? byte : next++);
  });
}

/** Millions of random numbers each, so every shape is made once. */
const made = new WeakMap<TinyShape, readonly TensorToWrite[]>();

export function tinyTensors(shape: TinyShape): readonly TensorToWrite[] {
  const tensors = made.get(shape) ?? makeTensors(shape);
  made.set(shape, tensors);
  return tensors;
}

function makeTensors(shape: TinyShape): readonly TensorToWrite[] {
  const { layers, hidden, heads, kvHeads, headDim, intermediate } = SIZES;
  const random = randomOf(shape.seed ?? 1);
  const typed = (own: TensorType): TensorType => shape.type ?? own;
  const matrix = (name: string, type: TensorType, rows: number, columns: number): TensorToWrite => ({
    name,
    type,
    rows,
    columns,
    data: blocks(type, rows * columns, 1 / Math.sqrt(columns), random),
  });
  const vector = (name: string, length: number, around: number, spread: number): TensorToWrite => {
    const values = Float32Array.from({ length }, () => around + spread * (random() - 0.5));
    return { name, type: "F32", rows: 1, columns: length, data: new Uint8Array(values.buffer) };
  };
  const tokens = VOCABULARY.length + (shape.unused ?? 0);
  const tensors = [matrix("token_embd.weight", shape.table, tokens, hidden)];
  for (let layer = 0; layer < layers; layer += 1) {
    const at = (name: string): string => `blk.${layer}.${name}`;
    tensors.push(
      vector(at("attn_norm.weight"), hidden, 1, 0.5),
      matrix(at("attn_q.weight"), typed("Q4_0"), heads * headDim, hidden),
      matrix(at("attn_k.weight"), typed("Q8_0"), kvHeads * headDim, hidden),
      matrix(at("attn_v.weight"), typed("Q6_K"), kvHeads * headDim, hidden),
      matrix(at("attn_output.weight"), typed("Q4_1"), hidden, heads * headDim),
      vector(at("ffn_norm.weight"), hidden, 1, 0.5),
      matrix(at("ffn_gate.weight"), typed("F16"), intermediate, hidden),
      matrix(at("ffn_up.weight"), typed("Q4_1"), intermediate, hidden),
      matrix(at("ffn_down.weight"), typed("F32"), hidden, intermediate),
    );
    if (shape.architecture !== "qwen2") continue;
    tensors.push(
      vector(at("attn_q.bias"), heads * headDim, 0, 1),
      vector(at("attn_k.bias"), kvHeads * headDim, 0, 1),
      vector(at("attn_v.bias"), kvHeads * headDim, 0, 1),
    );
  }
  tensors.push(vector("output_norm.weight", hidden, 1, 0.5));
  if (!shape.isTied) tensors.push(matrix("output.weight", "Q6_K", tokens, hidden));
  if (shape.hasDivisors === true) tensors.push(vector("rope_freqs.weight", headDim / 2, 2, 1));
  return tensors;
}

export function tinyGguf(shape: TinyShape): Uint8Array<ArrayBuffer> {
  const own = shape.architecture;
  const tokens = [...VOCABULARY, ...Array.from({ length: shape.unused ?? 0 }, (_, i) => `<|unused_${i}|>`)];
  const fields: Record<string, FieldValue> = {
    "general.architecture": own,
    [`${own}.block_count`]: SIZES.layers,
    [`${own}.embedding_length`]: SIZES.hidden,
    [`${own}.feed_forward_length`]: SIZES.intermediate,
    [`${own}.attention.head_count`]: SIZES.heads,
    [`${own}.attention.head_count_kv`]: SIZES.kvHeads,
    [`${own}.attention.layer_norm_rms_epsilon`]: SIZES.epsilon,
    [`${own}.context_length`]: SIZES.context,
    [`${own}.rope.freq_base`]: SIZES.ropeBase,
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.pre": "smollm",
    "tokenizer.ggml.tokens": tokens,
    "tokenizer.ggml.token_type": tokens.map((_, id) => (id < MARKS.length || id >= VOCABULARY.length ? 3 : 1)),
    "tokenizer.ggml.merges": [] as readonly string[],
    "tokenizer.ggml.bos_token_id": 1,
    "tokenizer.ggml.eos_token_id": 2,
    "tokenizer.chat_template": TEMPLATE,
    ...shape.fields,
  };
  return writeGguf(fields, tinyTensors(shape));
}

/** Random bytes are codes of every type; the scales alone must be usual numbers. */
function blocks(type: TensorType, count: number, size: number, random: () => number): Uint8Array {
  if (type === "F32") return new Uint8Array(Float32Array.from({ length: count }, () => size * around(random)).buffer);
  if (type === "F16")
    return new Uint8Array(Uint16Array.from({ length: count }, () => toHalf(size * around(random))).buffer);
  const { values, bytes } = LAYOUTS[type];
  const data = Uint8Array.from({ length: (count / values) * bytes }, () => Math.floor(256 * random()));
  const view = new DataView(data.buffer);
  // The largest code of each type, so that values of all types are about as large.
  const most = { Q4_0: 8, Q4_1: 8, Q8_0: 128, Q6_K: 32 * 128 }[type];
  for (let at = 0; at < data.byteLength; at += bytes) {
    const scale = (size * (0.5 + random())) / most;
    view.setUint16(at + (type === "Q6_K" ? 208 : 0), toHalf(scale), true);
    // Minimums on both sides of zero, and far from a whole number of steps.
    if (type === "Q4_1") view.setUint16(at + 2, toHalf(-8 * scale + 3 * scale * around(random)), true);
  }
  return data;
}

function around(random: () => number): number {
  return 2 * random() - 1;
}

/** A plain generator, so that one seed gives one model. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
