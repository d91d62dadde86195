/** One graph on the WebGPU provider. */
import { CUT_SIZE } from "../../../core/cut-logits.ts";
import type { InferenceSession, Tensor } from "onnxruntime-web";
import { graphInputs, type GraphInput } from "../graph-inputs.ts";
import { cacheNames, outputDims, outputShape, picksInOutput, product, statesWanted } from "../runtime.ts";
import type { DeviceRows, Forward, GraphSpec, Session, Signature } from "../runtime.ts";
import { asRunError, unloaded } from "../runtime-errors.ts";
import type { GpuBlock } from "./buffers.ts";
import { copyRows } from "../states.ts";
import { GpuOutput } from "./output.ts";
import { GpuRows, type GpuLender } from "./rows.ts";
import type { GpuShared } from "./shared.ts";

const LOSS_NEWS_MS = 100;

export class WebGpuSession implements Session {
  readonly inputs: Signature;
  readonly outputs: Signature;
  readonly shape: readonly number[];
  readonly #shared: GpuShared;
  readonly #session: InferenceSession;
  readonly #spec: GraphSpec;
  /** The main output on the GPU. */
  readonly #output: GpuOutput;
  readonly #weightBytes: number;
  #isDisposed = false;

  constructor(shared: GpuShared, session: InferenceSession, spec: GraphSpec, weightBytes: number) {
    this.#weightBytes = weightBytes;
    this.#shared = shared;
    this.#session = session;
    this.#spec = spec;
    this.inputs = signatureOf(session.inputMetadata);
    this.outputs = signatureOf(session.outputMetadata);
    this.shape = outputShape(this.outputs, spec);
    this.#output = new GpuOutput(shared, spec, this.shape);
  }

  open(rows: number, capacity: number): DeviceRows {
    const run = (call: Forward, past: readonly GpuBlock[], present: readonly GpuBlock[]): Promise<void> =>
      this.#enqueue(call, past, present);
    return new GpuRows({ ...this.#shared, cache: this.#spec.cache, run, ...this.#asked }, rows, capacity);
  }

  /** What its weights take on the card; the runtime does not tell, so they count as they are stored. */
  get weightBytes(): number {
    return this.#isDisposed ? 0 : this.#weightBytes;
  }

  dispose(): Promise<void> {
    return this.#shared.fifo.run(async () => {
      if (this.#isDisposed) return;
      this.#isDisposed = true;
      this.#output.free();
      await this.#session.release();
    });
  }

  /** Logits in float32, of more tokens than a cut has, can be asked about where they lie. */
  get #asked(): Pick<GpuLender, "onCard"> {
    const { output, outputType = "float32" } = this.#spec;
    if (output !== "logits" || outputType !== "float32" || product(this.shape) <= CUT_SIZE) return {};
    return {
      onCard: (call) => ({
        bring: (which, into) =>
          this.#alone(`reading ${which.length} rows`, () => this.#output.bring(call, which, into)),
        hold: () => this.#output.hold(call),
        beside: (asked, vocabulary) =>
          this.#alone(`reading ${asked.length} rows beside others`, () => this.#output.beside(call, asked, vocabulary)),
      }),
    };
  }

  #enqueue(call: Forward, old: readonly GpuBlock[], longer: readonly GpuBlock[]): Promise<void> {
    const what = `running ${call.rows} rows of ${call.columns} tokens`;
    return this.#alone(what, () => this.#run(call, old, longer));
  }

  #alone<T>(what: string, work: () => Promise<T>): Promise<T> {
    const { fifo, loss } = this.#shared;
    return fifo.run(async () => {
      try {
        // A run on a lost device may never settle by itself.
        return await Promise.race([work(), loss]);
      } catch (error) {
        // A lost device first fails whatever is under way, and says a moment later that it is lost.
        await Promise.race([loss, new Promise((resolve) => setTimeout(resolve, LOSS_NEWS_MS))]);
        throw asRunError(error, what);
      }
    });
  }

  async #run(call: Forward, old: readonly GpuBlock[], longer: readonly GpuBlock[]): Promise<void> {
    if (this.#isDisposed) throw unloaded();
    const { ort } = this.#shared;
    const dims = outputDims(this.#spec, this.shape, call);
    const dataType = this.#spec.outputType ?? "float32";
    const output = this.#output.begin(call);
    const feeds: Record<string, Tensor> = {};
    for (const input of graphInputs(this.#spec, call)) feeds[input.name] = tensorOf(ort, input);
    const fetches: Record<string, Tensor | null> = {
      [this.#spec.output]: ort.Tensor.fromGpuBuffer(output, { dataType, dims }),
    };
    cacheNames(this.#spec.cache).forEach(({ past, present }, index) => {
      const [from, to] = [old[index], longer[index]];
      if (from === undefined || to === undefined) return;
      // The processor takes an empty cache as it is; a buffer of no size is none.
      const isEmpty = from.tensor.size === 0;
      feeds[past] = isEmpty ? emptyTensor(ort, from.tensor) : from.tensor;
      fetches[present] = to.tensor;
    });
    const wanted = statesWanted(call);
    // The runtime makes room itself: into a tensor of the processor that it is given, it copies nothing back.
    for (const [name] of wanted) fetches[name] = null;
    const results = await this.#session.run(feeds, fetches);
    for (const [name, into] of wanted) {
      const found = results[name];
      if (!(found?.data instanceof Float32Array)) throw new Error(`the graph gave no ${name}`);
      copyRows(found.data, picksInOutput(this.#spec, call), into);
    }
    await this.#output.end(call);
  }
}

function tensorOf(ort: GpuShared["ort"], input: GraphInput): Tensor {
  return input.type === "int32"
    ? new ort.Tensor("int32", input.values, input.dims)
    : new ort.Tensor("int64", input.values, input.dims);
}

function emptyTensor(ort: GpuShared["ort"], { type, dims }: Tensor): Tensor {
  const data = type === "float16" ? new Uint16Array(0) : new Float32Array(0);
  return new ort.Tensor(type === "float16" ? "float16" : "float32", data, dims);
}

function signatureOf(metadata: readonly InferenceSession.ValueMetadata[]): Signature {
  return new Map(metadata.map((port) => [port.name, port.isTensor ? port.shape : []]));
}
