/** Where the models run: the graphics card where there is a real one that computes rightly, else WebAssembly. */
import { RunError, toErrorData, type ErrorCode } from "../../core/errors.ts";
import type { Backend, DeviceReport } from "../../core/types.ts";
import type { AdapterFacts } from "../onnx/webgpu/adapter.ts";
import type { Runtime } from "../onnx/runtime.ts";

/** The runtimes that this place can start; a page has no "cpu", Node no "webgpu". */
export interface Starters {
  readonly findAdapter: () => Promise<AdapterFacts | null>;
  readonly webgpu?: (adapter: AdapterFacts) => Promise<Runtime>;
  readonly wasm?: () => Promise<Runtime>;
  readonly cpu?: () => Promise<Runtime>;
}

/** Failures that another backend may not have. The rest (a damaged file, no network, a cancel) would only repeat. */
const DEVICE_FAULTS: readonly ErrorCode[] = [
  "self-check-failed",
  "webgpu-unavailable",
  "non-finite-logits",
  "device-lost",
  "out-of-memory",
  "internal",
];

/**
 * Opens models on the wished backend; "auto" prefers a real graphics card, and goes on with WebAssembly where the card is
 * missing, imitated, or fails its self-check, saying why.
 */
export async function openOnDevice<T>(
  wish: Backend | "auto",
  starters: Starters,
  open: (runtime: Runtime, device: DeviceReport) => Promise<T>,
): Promise<T> {
  if (wish !== "auto") return start(await startBackend(wish, starters), null, open);
  const adapter = await starters.findAdapter();
  const reason = reasonAgainst(adapter);
  if (adapter === null || reason !== null) return start(await startBackend("wasm", starters), reason, open);
  try {
    return await start(await startBackend("webgpu", starters), null, open);
  } catch (error) {
    const { code, message } = toErrorData(error);
    if (!DEVICE_FAULTS.includes(code)) throw error;
    const why = `WebGPU on ${adapter.name} was tried and failed: ${message}`;
    return start(await startBackend("wasm", starters), why, open);
  }
}

function reasonAgainst(adapter: AdapterFacts | null): string | null {
  if (adapter === null) return "This browser offers no WebGPU, so the models run on the processor.";
  if (adapter.isSoftware) return `${adapter.name} only imitates a graphics card, and WebAssembly is faster.`;
  return null;
}

async function startBackend(backend: Backend, starters: Starters): Promise<Runtime> {
  if (backend === "webgpu" && starters.webgpu !== undefined) {
    const adapter = await starters.findAdapter();
    if (adapter !== null) return starters.webgpu(adapter);
    throw new RunError("webgpu-unavailable", "This browser offers no WebGPU. Choose WebAssembly in the device menu.");
  }
  const starter = backend === "webgpu" ? undefined : starters[backend];
  if (starter !== undefined) return starter();
  throw new RunError("invalid-request", `The backend "${backend}" is not available here. Choose another.`, { backend });
}

async function start<T>(
  runtime: Runtime,
  fallbackReason: string | null,
  open: (runtime: Runtime, device: DeviceReport) => Promise<T>,
): Promise<T> {
  const { backend, adapter, isSoftware, threads } = runtime;
  try {
    return await open(runtime, { backend, adapter, isSoftware, threads, fallbackReason });
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}
