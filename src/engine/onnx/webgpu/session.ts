/** One graph on the WebGPU provider. */
import { CUT_SIZE } from "../../../core/cut-logits.ts";
import type { InferenceSession, Tensor } from "onnxruntime-web";
import { graphInputs, type GraphInput } from "../graph-inputs.ts";
import {
  bytesOf,
  cacheNames,
  outputDims,
  outputShape,
  picksInOutput,
  product,
  stateDims,
  statesWanted,
} from "../runtime.ts";
import type { CutInto, DeviceRows, Forward, GraphSpec, Session, Signature } from "../runtime.ts";
import { asRunError, unloaded } from "../runtime-errors.ts";
import { type GpuBlock, GpuScratch, MAP_READ_MODE, USAGE } from "./buffers.ts";
import { Cutter, readCuts } from "./cutter.ts";
import { copyRows } from "../states.ts";
import { fromHalves } from "./halves.ts";
import { GpuRows } from "./rows.ts";
import type { GpuShared } from "./shared.ts";

const LOSS_NEWS_MS = 100;

export class WebGpuSession implements Session {
  readonly inputs: Signature;
  readonly outputs: Signature;
  readonly shape: readonly number[];
  readonly #shared: GpuShared;
  readonly #session: InferenceSession;
  readonly #spec: GraphSpec;
  /** The main output on the GPU, and the part of it that is read back. */
  readonly #output: GpuScratch;
  readonly #staging: GpuScratch;
  readonly #cutter: Cutter;
  /** Whose numbers lie in `#output`. */
  #latest: Forward | null = null;
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
    this.#output = new GpuScratch(shared, USAGE.STORAGE | USAGE.COPY_SRC | USAGE.COPY_DST);
    this.#staging = new GpuScratch(shared, USAGE.MAP_READ | USAGE.COPY_DST);
    this.#cutter = new Cutter(shared);
  }

  open(rows: number, capacity: number): DeviceRows {
    const run = (call: Forward, past: readonly GpuBlock[], present: readonly GpuBlock[]): Promise<void> =>
      this.#enqueue(call, past, present);
    const bring = this.#cuts
      ? (call: Forward, which: readonly number[], into: Float32Array): Promise<void> =>
          this.#alone(`reading ${which.length} rows`, () => {
            if (this.#latest !== call) throw new Error("another forward has written over these logits");
            const places = picksInOutput(this.#spec, call);
            const wanted = { ...call, picks: which.map((at) => call.picks[at]!), into };
            return this.#read(
              this.#output.reserve(0),
              wanted,
              which.map((at) => places[at]!),
            );
          })
      : undefined;
    return new GpuRows({ ...this.#shared, cache: this.#spec.cache, run, ...(bring && { bring }) }, rows, capacity);
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
      this.#staging.free();
      this.#cutter.free();
      await this.#session.release();
    });
  }

  /** Logits of rows in float32, of more tokens than a cut has. */
  get #cuts(): boolean {
    const { output, outputType = "float32" } = this.#spec;
    return output === "logits" && outputType === "float32" && product(this.shape) > CUT_SIZE;
  }

  #enqueue(call: Forward, old: readonly GpuBlock[], longer: readonly GpuBlock[]): Promise<void> {
    const what = `running ${call.rows} rows of ${call.columns} tokens`;
    return this.#alone(what, () => this.#run(call, old, longer));
  }

  #alone(what: string, work: () => Promise<void>): Promise<void> {
    const { fifo, loss } = this.#shared;
    return fifo.run(async () => {
      try {
        // A run on a lost device may never settle by itself.
        await Promise.race([work(), loss]);
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
    const output = this.#output.reserve(product(dims) * bytesOf(dataType));
    const feeds: Record<string, Tensor> = {};
    for (const input of graphInputs(this.#spec, call)) feeds[input.name] = tensorOf(ort, input);
    const fetches: Record<string, Tensor> = {
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
    const wanted = statesWanted(call).map(([name, into]) => {
      const own = stateDims(call, this.#spec);
      const found = new Float32Array(product(own));
      fetches[name] = new ort.Tensor("float32", found, own);
      return { found, into };
    });
    this.#latest = null;
    await this.#session.run(feeds, fetches);
    this.#latest = call;
    for (const { found, into } of wanted) copyRows(found, picksInOutput(this.#spec, call), into);
    const bytes = product(dims) * bytesOf(dataType);
    if (call.cut === undefined) await this.#read(output, call);
    else if (this.#cutter.takes(bytes)) await this.#readCuts(output, call, call.cut, bytes);
    else call.cut.cuts.fill(null);
  }

  async #readCuts(output: GPUBuffer, call: Forward, { vocabulary, cuts }: CutInto, logitBytes: number): Promise<void> {
    const encoder = this.#shared.device.createCommandEncoder();
    const wanted = {
      picks: picksInOutput(this.#spec, call),
      stride: product(this.shape),
      vocabulary,
      bytes: logitBytes,
    };
    const { buffer, bytes } = this.#cutter.encode(encoder, output, wanted);
    await this.#bring(
      encoder,
      bytes,
      (staging) => encoder.copyBufferToBuffer(buffer, 0, staging, 0, bytes),
      (mapped) => {
        readCuts(new Uint32Array(mapped)).forEach((cut, row) => (cuts[row] = cut));
      },
    );
  }

  /** Brings back the picks alone: a long prompt has many more logits than anyone asks for. */
  async #read(
    output: GPUBuffer,
    call: Forward,
    places: readonly number[] = picksInOutput(this.#spec, call),
  ): Promise<void> {
    const width = product(this.shape);
    const type = this.#spec.outputType ?? "float32";
    const each = width * bytesOf(type);
    const encoder = this.#shared.device.createCommandEncoder();
    const copy = (staging: GPUBuffer): void => {
      for (const run of consecutive(places)) {
        encoder.copyBufferToBuffer(output, run.first * each, staging, run.place * each, run.count * each);
      }
    };
    await this.#bring(encoder, call.picks.length * each, copy, (mapped) => {
      call.into.set(type === "float32" ? new Float32Array(mapped) : fromHalves(new Uint16Array(mapped)));
    });
  }

  /** Copies to where the processor can read, and reads. */
  async #bring(
    encoder: GPUCommandEncoder,
    bytes: number,
    copy: (staging: GPUBuffer) => void,
    take: (mapped: ArrayBuffer) => void,
  ): Promise<void> {
    const staging = this.#staging.reserve(bytes);
    copy(staging);
    this.#shared.device.queue.submit([encoder.finish()]);
    await staging.mapAsync(MAP_READ_MODE, 0, bytes);
    take(staging.getMappedRange(0, bytes));
    staging.unmap();
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

/** Picks that lie side by side, so that one copy takes them all. */
function consecutive(picks: readonly number[]): { first: number; place: number; count: number }[] {
  const runs: { first: number; place: number; count: number }[] = [];
  picks.forEach((pick, place) => {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === pick) last.count += 1;
    else runs.push({ first: pick, place, count: 1 });
  });
  return runs;
}

function signatureOf(metadata: readonly InferenceSession.ValueMetadata[]): Signature {
  return new Map(metadata.map((port) => [port.name, port.isTensor ? port.shape : []]));
}
