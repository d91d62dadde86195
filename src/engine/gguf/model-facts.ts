/** Sizes and constants of a model, from the fields of its GGUF file. Variants that the graph does not compute are refused. */
import type { Metadata } from "./metadata.ts";
import type { Gguf } from "./read-gguf.ts";
import { damaged, unsupported } from "./refuse.ts";

export interface ModelFacts {
  readonly architecture: "llama" | "qwen2";
  readonly layers: number;
  readonly hidden: number;
  readonly intermediate: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabulary: number;
  readonly context: number;
  /** Of the norms. */
  readonly epsilon: number;
  readonly ropeBase: number;
  /** Positions are divided by it. */
  readonly ropeFactor: number;
  /** Rows of queries and keys lie in pairs, as llama.cpp turns them, and not in halves. */
  readonly hasPairedHeads: boolean;
  /** The embedding serves as the head of the vocabulary too. */
  readonly isTied: boolean;
}

/** The tables of positions grow with the context: those of 131,072 positions would take more than a small model. */
const LONGEST_CONTEXT = 32_768;
const OTHER_FILE = "Choose another file of the model";

/** @throws RunError "model-corrupt", "model-unsupported" */
export function readFacts({ id, metadata, tensors }: Pick<Gguf, "id" | "metadata" | "tensors">): ModelFacts {
  const architecture = metadata.text("general.architecture");
  if (architecture !== "llama" && architecture !== "qwen2") {
    const what = architecture === null ? "it names no architecture" : `its architecture is "${architecture}"`;
    throw unsupported(id, what, 'Choose a model of the kinds "llama" (SmolLM2, Llama 3.2, TinyLlama) or "qwen2"');
  }
  const own = (name: string): string => `${architecture}.${name}`;
  const whole = (name: string): number => {
    const value = metadata.needNumber(own(name));
    if (Number.isInteger(value) && value > 0) return value;
    throw damaged(id, `its field "${own(name)}" is ${value}`, OTHER_FILE);
  };
  const embedding = tensors.get("token_embd.weight");
  if (embedding === undefined) throw damaged(id, "it has no tensor token_embd.weight", OTHER_FILE);
  const hidden = whole("embedding_length");
  const heads = whole("attention.head_count");
  const kvHeads = metadata.number(own("attention.head_count_kv")) ?? heads;
  const headDim = metadata.number(own("attention.key_length")) ?? hidden / heads;
  if (!Number.isInteger(headDim) || headDim % 2 !== 0 || !(kvHeads >= 1) || heads % kvHeads !== 0) {
    throw damaged(id, `${heads} heads, ${kvHeads} of keys, do not divide a width of ${hidden}`, OTHER_FILE);
  }
  refuseVariants(id, headDim, own, metadata);
  return {
    architecture,
    layers: whole("block_count"),
    hidden,
    intermediate: whole("feed_forward_length"),
    heads,
    kvHeads,
    headDim,
    vocabulary: embedding.rows,
    context: Math.min(whole("context_length"), LONGEST_CONTEXT),
    epsilon: metadata.needNumber(own("attention.layer_norm_rms_epsilon")),
    ropeBase: metadata.number(own("rope.freq_base")) ?? 10_000,
    ropeFactor: ropeFactor(id, own, metadata),
    hasPairedHeads: architecture === "llama",
    isTied: !tensors.has("output.weight"),
  };
}

function ropeFactor(id: string, own: (name: string) => string, metadata: Metadata): number {
  const kind = metadata.text(own("rope.scaling.type")) ?? "none";
  if (kind === "linear") return metadata.number(own("rope.scaling.factor")) ?? 1;
  if (kind === "none") return metadata.number(own("rope.scale_linear")) ?? 1;
  throw unsupported(id, `its positions are scaled by "${kind}", which Tiller does not compute`, "Choose another model");
}

function refuseVariants(id: string, headDim: number, own: (name: string) => string, metadata: Metadata): void {
  const experts = metadata.number(own("expert_count")) ?? 0;
  if (experts > 0) throw unsupported(id, `it is a mixture of ${experts} experts`, "Choose a model without experts");
  const turned = metadata.number(own("rope.dimension_count")) ?? headDim;
  if (turned !== headDim) {
    throw unsupported(id, `it turns ${turned} of the ${headDim} numbers of each head`, "Choose another model");
  }
  const valueLength = metadata.number(own("attention.value_length")) ?? headDim;
  if (valueLength !== headDim) {
    throw unsupported(id, `its keys have ${headDim} numbers and its values ${valueLength}`, "Choose another model");
  }
}
