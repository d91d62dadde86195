/** ONNX runtimes for Node: the page's WebAssembly, or onnxruntime-node, which comes with transformers.js. */
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { pathToFileURL } from "node:url";
import type { OrtFactory } from "../../src/engine/onnx/wasm/module.ts";
import { createWasmRuntime } from "../../src/engine/onnx/wasm/runtime.ts";
import type { Runtime } from "../../src/engine/onnx/runtime.ts";
import { createCpuRuntime } from "./cpu-runtime.ts";

const require = createRequire(import.meta.url);

/** The build without WebGPU: the same kernels as the page's builds, and no stack switching, which Node lacks. */
export async function wasmRuntime(threads = 1): Promise<Runtime> {
  const url = pathToFileURL(require.resolve("onnxruntime-web/ort-wasm-simd-threaded.mjs"));
  const loaded = (await import(url.href)) as { readonly default: OrtFactory };
  return createWasmRuntime(loaded.default, { threads });
}

export async function cpuRuntime(threads = 1): Promise<Runtime> {
  return createCpuRuntime(cpus()[0]?.model.trim() ?? "processor", threads);
}
