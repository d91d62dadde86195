/** What a model will need, told before it is loaded, and whether the device has it. */
import { RunError } from "../../core/errors.ts";
import type { Backend } from "../../core/types.ts";
import { bytesOf } from "../onnx/runtime.ts";
import type { Architecture } from "./architecture.ts";
import type { Graph } from "./graph.ts";

export interface MemoryNeed {
  readonly weightBytes: number;
  /** Keys and values of all rows at full length. */
  readonly cacheBytes: number;
  /** Logits of one forward over the prompt. */
  readonly logitBytes: number;
  /** The most at any moment: while it loads, a model lies in memory more than once. */
  readonly peakBytes: number;
}

export interface MemoryPlan {
  readonly rows: number;
  readonly tokens: number;
  /** Longest prompt; its logits come for every position. */
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

/**
 * In WebAssembly the runtime reads the file from the heap, unpacks it, and packs matrices for its kernels: three copies
 * of the weights at the peak. On a graphics card the file lies in the heap while its weights are sent to the card.
 */
const COPIES: Readonly<Record<Backend, number>> = { wasm: 3, cpu: 3, webgpu: 2 };

export function memoryNeed(
  graph: Pick<Graph, "weightBytes">,
  { cache, columns, kind, spec }: Pick<Architecture, "cache" | "columns" | "kind" | "spec">,
  plan: MemoryPlan,
  backend: Backend,
): MemoryNeed {
  const perToken = cache === null ? 0 : 2 * cache.layers * cache.kvHeads * cache.headDim * bytesOf(cache.type);
  // A cache that grows lies there twice while the longer one is written.
  const cacheBytes = perToken * plan.rows * plan.tokens * (cache?.grows === true ? 2 : 1);
  const positions = kind === "classifier" ? plan.rows : plan.rows + plan.promptTokens;
  const logitBytes = positions * columns * bytesOf(spec.outputType);
  const { weightBytes } = graph;
  return { weightBytes, cacheBytes, logitBytes, peakBytes: weightBytes * COPIES[backend] + cacheBytes + logitBytes };
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
  const bound = Math.min(limits.budgetBytes ?? Infinity, limits.backend === "webgpu" ? Infinity : WASM_HEAP_BYTES);
  const total = usedBytes + need.peakBytes;
  if (total <= bound) return;
  const others = usedBytes === 0 ? "" : `, with ${inMb(usedBytes)} of other models,`;
  const message = `${id} needs up to ${inMb(need.peakBytes)} of memory, which${others} is more than the ${inMb(bound)} that models may take here. Unload a model, or choose a smaller one or a smaller form.`;
  throw new RunError("out-of-memory", message, { id, bytes: total, bound });
}

function inMb(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
