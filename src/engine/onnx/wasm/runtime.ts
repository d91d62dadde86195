/** ONNX Runtime's processor provider in WebAssembly, in a worker or in Node. */
import { Fifo } from "../fifo.ts";
import { Ledger } from "../ledger.ts";
import type { ExternalFile, GraphSpec, MemoryReport, Runtime, Session } from "../runtime.ts";
import { asRunError } from "../runtime-errors.ts";
import { allocate, allocateText, fail, LOG_ERRORS, type OrtFactory, type OrtModule } from "./module.ts";
import { makeRoom, sessionBytes, spacedFiles } from "./heap-room.ts";
import { WasmSession } from "./session.ts";
import { readPorts } from "./signature.ts";

export interface WasmOptions {
  readonly threads: number;
  /** Where the `.wasm` file lies; left out where the module finds it by itself, as in Node. */
  readonly locateFile?: (file: string) => string;
}

const ALL_OPTIMISATIONS = 99;
const SEQUENTIAL = 0;

export async function createWasmRuntime(factory: OrtFactory, options: WasmOptions): Promise<Runtime> {
  const { threads, locateFile } = options;
  try {
    const module = await factory({ numThreads: threads, ...(locateFile && { locateFile }) });
    module.asyncInit?.();
    if (module._OrtInit(threads, LOG_ERRORS) !== 0) fail(module, "cannot start ONNX Runtime");
    return new WasmRuntime(module, threads);
  } catch (error) {
    throw asRunError(error, "starting WebAssembly");
  }
}

class WasmRuntime implements Runtime {
  readonly backend = "wasm";
  readonly adapter = "WebAssembly";
  readonly isSoftware = false;
  readonly threads: number;
  readonly #module: OrtModule;
  readonly #fifo = new Fifo();
  readonly #ledger = new Ledger();
  readonly #sessions = new Set<WasmSession>();

  constructor(module: OrtModule, threads: number) {
    this.#module = module;
    this.threads = threads;
  }

  createSession(
    graph: Uint8Array,
    spec: GraphSpec,
    external: readonly ExternalFile[] = [],
    rowBytes = 0,
  ): Promise<Session> {
    return this.#fifo.run(async () => {
      try {
        return await this.#create(graph, spec, external, rowBytes);
      } catch (error) {
        throw asRunError(error, `opening a graph of ${graph.byteLength} bytes`);
      }
    });
  }

  memory(): MemoryReport {
    return { heapBytes: this.#module.HEAPU8.byteLength, tensors: this.#ledger.tensors, gpuBytes: null };
  }

  async dispose(): Promise<void> {
    for (const session of this.#sessions) await session.dispose();
    this.#sessions.clear();
  }

  async #create(
    graph: Uint8Array,
    spec: GraphSpec,
    external: readonly ExternalFile[],
    rowBytes: number,
  ): Promise<Session> {
    const module = this.#module;
    const before = this.#sessions.size;
    const spaced = spacedFiles(module, external, before);
    if (external.length > 0) makeRoom(module, sessionBytes(graph.byteLength, external, before) + rowBytes);
    const data = allocate(module, graph.byteLength);
    const logId = allocateText(module, "tiller");
    const options = module._OrtCreateSessionOptions(
      ALL_OPTIMISATIONS,
      true,
      true,
      SEQUENTIAL,
      false,
      0,
      logId,
      LOG_ERRORS,
      0,
      0,
    );
    try {
      if (options === 0) fail(module, "cannot make session options");
      module.HEAPU8.set(graph, data);
      for (const { path, bytes } of spaced.files) module.mountExternalData?.(path, bytes);
      const handle = await module._OrtCreateSession(data, graph.byteLength, options);
      if (handle === 0) fail(module, "the graph is no ONNX model that this runtime can open");
      const shared = { module, fifo: this.#fifo, ledger: this.#ledger };
      const session = new WasmSession(shared, handle, readPorts(module, handle), spec);
      this.#sessions.add(session);
      return session;
    } finally {
      if (external.length > 0) module.unmountExternalData?.();
      spaced.free();
      if (options !== 0) module._OrtReleaseSessionOptions(options);
      module._free(logId);
      module._free(data);
    }
  }
}
