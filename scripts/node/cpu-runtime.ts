/** onnxruntime-node behind the engine's runtime interface. Caches are plain arrays, bound as past and present at once. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { CpuRows, type RowBlock, type CpuSession } from "../../src/engine/onnx/cpu-rows.ts";
import { Fifo } from "../../src/engine/onnx/fifo.ts";
import { Ledger } from "../../src/engine/onnx/ledger.ts";
import { graphInputs, type GraphInput } from "../../src/engine/onnx/graph-inputs.ts";
import {
  cacheNames,
  outputDims,
  outputShape,
  picksInOutput,
  product,
  stateDims,
  statesWanted,
} from "../../src/engine/onnx/runtime.ts";
import type {
  CacheShape,
  DeviceRows,
  Forward,
  GraphSpec,
  Runtime,
  Session,
  Signature,
} from "../../src/engine/onnx/runtime.ts";
import { asRunError } from "../../src/engine/onnx/runtime-errors.ts";
import { copyRows } from "../../src/engine/onnx/states.ts";

interface ArrayBlock extends RowBlock {
  readonly tensor: Tensor;
}

/** What a session shares with its runtime. */
interface Shared {
  readonly fifo: Fifo;
  readonly ledger: Ledger;
}

export function createCpuRuntime(processor: string, threads: number): Runtime {
  const shared = { fifo: new Fifo(), ledger: new Ledger() };
  const sessions: InferenceSession[] = [];
  return {
    backend: "cpu",
    adapter: processor,
    isSoftware: false,
    threads,
    createSession: (graph, spec, external = []) =>
      shared.fifo.run(async () => {
        try {
          const session = await InferenceSession.create(graph, {
            intraOpNumThreads: threads,
            logSeverityLevel: 3,
            externalData: external.map(({ path, bytes }) => ({ path, data: bytes.subarray(0) })),
          });
          sessions.push(session);
          return new NodeSession(shared, session, spec);
        } catch (error) {
          throw asRunError(error, `opening a graph of ${graph.byteLength} bytes`);
        }
      }),
    memory: () => ({ heapBytes: null, tensors: shared.ledger.tensors, gpuBytes: null }),
    dispose: async () => {
      for (const session of sessions.splice(0)) await session.release();
    },
  };
}

class NodeSession implements Session, CpuSession<ArrayBlock> {
  readonly inputs: Signature;
  readonly outputs: Signature;
  readonly shape: readonly number[];
  readonly cache: CacheShape | null;
  readonly #shared: Shared;
  readonly #session: InferenceSession;
  readonly #spec: GraphSpec;

  constructor(shared: Shared, session: InferenceSession, spec: GraphSpec) {
    this.#shared = shared;
    this.#session = session;
    this.#spec = spec;
    this.cache = spec.cache;
    this.inputs = signatureOf(session.inputMetadata);
    this.outputs = signatureOf(session.outputMetadata);
    this.shape = outputShape(this.outputs, spec);
  }

  open(rows: number, capacity: number): DeviceRows {
    return new CpuRows(this, rows, capacity);
  }

  allocate(dims: readonly number[]): ArrayBlock {
    const { ledger } = this.#shared;
    const floats = new Float32Array(product(dims));
    ledger.enter(floats.byteLength);
    const free = (): void => ledger.strike(floats.byteLength);
    return { tensor: new Tensor("float32", floats, dims), floats: () => floats, free };
  }

  run(call: Forward, old: readonly ArrayBlock[], longer: readonly ArrayBlock[]): Promise<void> {
    return this.#shared.fifo.run(async () => {
      try {
        await this.#run(call, old, longer);
      } catch (error) {
        throw asRunError(error, `running ${call.rows} rows of ${call.columns} tokens`);
      }
    });
  }

  /** The runtime owns its sessions: onnxruntime-node frees one on its own terms. */
  async dispose(): Promise<void> {}

  async #run(call: Forward, old: readonly ArrayBlock[], longer: readonly ArrayBlock[]): Promise<void> {
    const dims = outputDims(this.#spec, this.shape, call);
    const output = new Float32Array(product(dims));
    const feeds: Record<string, Tensor> = {};
    for (const input of graphInputs(this.#spec, call)) feeds[input.name] = tensorOf(input);
    const fetches: Record<string, Tensor> = { [this.#spec.output]: new Tensor("float32", output, dims) };
    cacheNames(this.#spec.cache).forEach(({ past, present }, index) => {
      const [from, to] = [old[index], longer[index]];
      if (from === undefined || to === undefined) return;
      feeds[past] = from.tensor;
      fetches[present] = to.tensor;
    });
    const wanted = statesWanted(call).map(([name, into]) => {
      const own = stateDims(call, this.#spec);
      const found = new Float32Array(product(own));
      fetches[name] = new Tensor("float32", found, own);
      return { found, into };
    });
    await this.#session.run(feeds, fetches);
    for (const { found, into } of wanted) copyRows(found, picksInOutput(this.#spec, call), into);
    const width = product(this.shape);
    picksInOutput(this.#spec, call).forEach((pick, index) =>
      call.into.set(output.subarray(pick * width, (pick + 1) * width), index * width),
    );
  }
}

function tensorOf(input: GraphInput): Tensor {
  return input.type === "int32"
    ? new Tensor("int32", input.values, input.dims)
    : new Tensor("int64", input.values, input.dims);
}

function signatureOf(metadata: readonly InferenceSession.ValueMetadata[]): Signature {
  return new Map(metadata.map((port) => [port.name, port.isTensor ? port.shape : []]));
}
