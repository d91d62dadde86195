/** Starts ONNX runtimes in a worker, from the files beside the page. */
import { findAdapter, openDevice } from "../src/engine/onnx/webgpu/adapter.ts";
import { createWebGpuRuntime } from "../src/engine/onnx/webgpu/runtime.ts";
import type { OrtApi } from "../src/engine/onnx/webgpu/shared.ts";
import type { OrtFactory } from "../src/engine/onnx/wasm/module.ts";
import { createWasmRuntime } from "../src/engine/onnx/wasm/runtime.ts";
import type { Starters } from "../src/engine/bundle/device.ts";
import { RunError } from "../src/core/errors.ts";

/** With JSPI the smaller and faster build works (Chrome, Edge); the Asyncify build works everywhere. */
const hasJspi = "Suspending" in WebAssembly;
const build = hasJspi ? "jspi" : "asyncify";
const MAX_THREADS = 4;

export function workerStarters(runtimeFolder: URL): Starters {
  const url = (extension: string): string =>
    new URL(`ort-wasm-simd-threaded.${build}.${extension}`, runtimeFolder).href;
  return {
    findAdapter: () => findAdapter(navigator.gpu),
    wasm: async () => {
      const loaded = (await importFile(url("js"))) as { readonly default: OrtFactory };
      return createWasmRuntime(loaded.default, { threads: threadCount(), locateFile: () => url("wasm") });
    },
    webgpu: async (adapter) => {
      const ort: OrtApi = hasJspi ? await import("onnxruntime-web/jspi") : await import("onnxruntime-web/webgpu");
      ort.env.wasm.wasmPaths = { mjs: url("paced.js"), wasm: url("wasm") };
      // The graphics card does the work: processor threads would only wait.
      ort.env.wasm.numThreads = 1;
      const device = await openDevice(navigator.gpu);
      if (device !== null) return createWebGpuRuntime(ort, device, adapter);
      throw new RunError("webgpu-unavailable", "The graphics adapter is gone. Choose WebAssembly in the device menu.");
    },
  };
}

/** Half the cores, because the page and the browser need some too; one without isolation. */
function threadCount(): number {
  if (!self.crossOriginIsolated) return 1;
  return Math.min(MAX_THREADS, Math.ceil(navigator.hardwareConcurrency / 2));
}

async function importFile(url: string): Promise<unknown> {
  try {
    return await import(/* @vite-ignore */ url);
  } catch (error) {
    throw new RunError("network", await whyNotRun(url), { file: url, reason: String(error) }, error);
  }
}

/** Browsers do not tell why an import failed, so the file is asked for once more. */
async function whyNotRun(url: string): Promise<string> {
  const name = new URL(url).pathname.split("/").at(-1) ?? url;
  const response = await fetch(url, { method: "HEAD" }).catch(() => null);
  if (response === null) return `The file ${name} could not be fetched. Check the connection and reload the page.`;
  if (!response.ok) {
    return `The file ${name} is not there (the server answered ${response.status}). Copy the whole folder dist to the server.`;
  }
  const type = response.headers.get("Content-Type") ?? "no type";
  if (/^(text|application)\/(x-)?(java|ecma)script\b/.test(type)) {
    return `The file ${name} holds a script that does not run in this browser. Copy the whole folder dist to the server again.`;
  }
  return `The server sends ${name} as ${type}, and browsers run scripts only as text/javascript. Set this type for .js files on the server.`;
}
