/**
 * ONNX Runtime Web's WebGPU provider on a device of ours. Caches are our own buffers on that device, bound as past and
 * present at once, so they neither leave it nor are copied from step to step.
 */
import type { InferenceSession } from "onnxruntime-web";
import { RunError } from "../../../core/errors.ts";
import { Fifo } from "../fifo.ts";
import { Ledger } from "../ledger.ts";
import {
  cacheNames,
  type ExternalFile,
  type GraphSpec,
  type MemoryReport,
  type Runtime,
  type Session,
} from "../runtime.ts";
import { asRunError } from "../runtime-errors.ts";
import type { AdapterFacts } from "./adapter.ts";
import { WebGpuSession } from "./session.ts";
import type { OrtApi } from "./shared.ts";

export function createWebGpuRuntime(ort: OrtApi, device: GPUDevice, adapter: AdapterFacts): Runtime {
  return new WebGpuRuntime(ort, device, adapter);
}

class WebGpuRuntime implements Runtime {
  readonly backend = "webgpu";
  readonly adapter: string;
  readonly isSoftware: boolean;
  readonly threads = 1;
  readonly #ort: OrtApi;
  readonly #fifo = new Fifo();
  readonly #ledger = new Ledger();
  readonly #sessions = new Set<WebGpuSession>();
  /** Set when the device is gone; every later call fails with it. */
  readonly #loss = Promise.withResolvers<never>();
  readonly #device: GPUDevice;

  constructor(ort: OrtApi, device: GPUDevice, adapter: AdapterFacts) {
    this.#ort = ort;
    this.#device = device;
    this.adapter = adapter.name;
    this.isSoftware = adapter.isSoftware;
    // A loss with nobody waiting is no unhandled rejection: the next call meets it.
    this.#loss.promise.catch(() => undefined);
    void device.lost.then((info) => this.#loss.reject(deviceLost(info.message)));
  }

  createSession(graph: Uint8Array, spec: GraphSpec, external: readonly ExternalFile[] = []): Promise<Session> {
    return this.#fifo.run(async () => {
      try {
        const device = this.#device;
        const creating = this.#ort.InferenceSession.create(graph, optionsFor(spec, device, external));
        // Creation on a lost device may never settle by itself.
        const session = await Promise.race([creating, this.#loss.promise]);
        const shared = { ort: this.#ort, device, fifo: this.#fifo, ledger: this.#ledger, loss: this.#loss.promise };
        const opened = new WebGpuSession(shared, session, spec, storedBytes(graph, external));
        this.#sessions.add(opened);
        return opened;
      } catch (error) {
        throw asRunError(error, `opening a graph of ${graph.byteLength} bytes on the graphics card`);
      }
    });
  }

  memory(): MemoryReport {
    const weights = [...this.#sessions].reduce((sum, { weightBytes }) => sum + weightBytes, 0);
    return { heapBytes: null, tensors: this.#ledger.tensors, gpuBytes: this.#ledger.bytes + weights };
  }

  async dispose(): Promise<void> {
    for (const session of this.#sessions) await session.dispose();
    this.#sessions.clear();
    this.#device.destroy();
  }
}

/** A graph beside its weights is small; else the graph is its weights. */
function storedBytes(graph: Uint8Array, external: readonly ExternalFile[]): number {
  return external.reduce((sum, { bytes }) => sum + bytes.byteLength, graph.byteLength);
}

function deviceLost(reason: string): RunError {
  const message = "The graphics device was lost. Run again, and Tiller asks for a new one; or switch to WebAssembly.";
  return new RunError("device-lost", message, { reason });
}

function optionsFor(
  spec: GraphSpec,
  device: GPUDevice,
  external: readonly ExternalFile[],
): InferenceSession.SessionOptions {
  const onGpu = [spec.output, ...cacheNames(spec.cache).map(({ present }) => present)];
  return {
    // The object form, because the string form drops every option; our graphs are checked, the GPU need not check again.
    executionProviders: [{ name: "webgpu", device, validationMode: "disabled" }],
    preferredOutputLocation: Object.fromEntries(onGpu.map((name) => [name, "gpu-buffer" as const])),
    ...(external.length > 0 && {
      externalData: external.map(({ path, bytes }) => ({ path, data: bytes.subarray(0) })),
    }),
    logSeverityLevel: 3,
  };
}
