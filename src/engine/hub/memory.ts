/** What a model will need, told before it is loaded, and whether the device has it. */
import { RunError } from "../../core/errors.ts";
import type { Backend } from "../../core/types.ts";
import { bytesOf } from "../onnx/runtime.ts";
import { READ_AT_ONCE } from "../onnx/stretches.ts";
import type { Architecture } from "./architecture.ts";
import type { Graph } from "./graph.ts";

export interface MemoryNeed {
  readonly weightBytes: number;
  /** Keys and values of all rows at full length. */
  readonly cacheBytes: number;
  /** Logits of one forward over the prompt. */
  readonly logitBytes: number;
  /** The most that the runtime holds at any moment: in its heap, or on the graphics card. */
  readonly peakBytes: number;
  /** What lies in memory beside that while the model loads: its files, and on the way to a card its weights. */
  readonly loadingBytes: number;
}

/** What memory is announced for. */
export interface MemoryPlan {
  readonly rows: number;
  readonly tokens: number;
  /** Positions whose logits come at once: the longest prompt, or the longest answer that is read as a whole. */
  readonly promptTokens: number;
}

export interface DeviceLimits {
  readonly backend: Backend;
  /** Largest buffer of the graphics card; null without one. */
  readonly maxBufferBytes: number | null;
  /** Memory that models may take together; null where unknown. */
  readonly budgetBytes: number | null;
}

/** The WebAssembly heap cannot be larger, whatever the machine has. */
export const WASM_HEAP_BYTES = 4 * 2 ** 30;

/** WebAssembly's code, and what the runtime takes for nodes and small buffers; measured with SmolLM2. */
const HEAP_BYTES = 40e6;

/** What rows take beside the weights. */
export function rowNeed(
  { cache, columns, kind, spec }: Pick<Architecture, "cache" | "columns" | "kind" | "spec">,
  plan: MemoryPlan,
): Pick<MemoryNeed, "cacheBytes" | "logitBytes"> {
  const perToken = cache === null ? 0 : 2 * cache.layers * cache.kvHeads * cache.headDim * bytesOf(cache.type);
  // A cache that grows lies there twice while the longer one is written.
  const cacheBytes = perToken * plan.rows * plan.tokens * (cache?.grows === true ? 2 : 1);
  // Graphs that know the picks give no other logits, and long answers are read in stretches.
  const together = spec.each === "pick" ? Math.min(plan.promptTokens, READ_AT_ONCE) : plan.promptTokens;
  const positions = kind === "classifier" ? plan.rows : plan.rows + together;
  // The head of a large vocabulary runs in pieces, which are then joined.
  return { cacheBytes, logitBytes: 2 * positions * columns * bytesOf(spec.outputType) };
}

/**
 * A processor's runtime holds each weight once, since they come one by one. On a card too; its files and its weights lie
 * in the memory of the page until the card has them.
 */
export function memoryNeed(
  weightBytes: number,
  rows: Pick<MemoryNeed, "cacheBytes" | "logitBytes">,
  backend: Backend,
  fileBytes: number,
): MemoryNeed {
  const onCard = backend === "webgpu";
  const peakBytes = weightBytes + rows.cacheBytes + rows.logitBytes + (onCard ? 0 : HEAP_BYTES);
  return { weightBytes, ...rows, peakBytes, loadingBytes: fileBytes + (onCard ? weightBytes : 0) };
}

/**
 * @param usedBytes what the models that are loaded already need
 * @throws RunError "out-of-memory" with the need, the bound and what would fit
 */
export function checkMemory(
  id: string,
  need: MemoryNeed,
  graph: Pick<Graph, "largestTensor">,
  limits: DeviceLimits,
  usedBytes: number,
): void {
  const { name, bytes } = graph.largestTensor;
  if (limits.maxBufferBytes !== null && bytes > limits.maxBufferBytes) {
    const message = `${id} has a weight of ${inMb(bytes)}, but one buffer of this graphics card holds ${inMb(limits.maxBufferBytes)}. Choose a smaller form (q4), a smaller model, or WebAssembly.`;
    throw new RunError("out-of-memory", message, { id, weight: name, bytes, bound: limits.maxBufferBytes });
  }
  const total = usedBytes + need.peakBytes;
  const isInHeap = limits.backend === "webgpu" || total <= WASM_HEAP_BYTES;
  const isInBudget = total + need.loadingBytes <= (limits.budgetBytes ?? Infinity);
  if (isInHeap && isInBudget) return;
  const bound = isInHeap ? (limits.budgetBytes ?? Infinity) : WASM_HEAP_BYTES;
  const others = usedBytes === 0 ? "" : `, with ${inMb(usedBytes)} of other models,`;
  const message = `${id} needs up to ${inMb(need.peakBytes + (isInHeap ? need.loadingBytes : 0))} of memory, which${others} is more than the ${inMb(bound)} that models may take here. Unload a model, or choose a smaller one or a smaller form.`;
  throw new RunError("out-of-memory", message, { id, bytes: total, bound });
}

function inMb(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
