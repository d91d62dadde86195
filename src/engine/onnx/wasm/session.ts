/** One graph on the WebAssembly provider, its inputs and outputs bound by pointer. */
import type { Fifo } from "../fifo.ts";
import { CpuRows, type RowBlock, type CpuSession } from "../cpu-rows.ts";
import type { Ledger } from "../ledger.ts";
import { graphInputs, inputNames } from "../graph-inputs.ts";
import { cacheNames, outputDims, outputShape, picksInOutput, product, stateDims, statesWanted } from "../runtime.ts";
import type { CacheShape, DeviceRows, Forward, GraphSpec, Session, Signature } from "../runtime.ts";
import { asRunError, unloaded } from "../runtime-errors.ts";
import {
  allocate,
  bindTensor,
  fail,
  FLOAT32,
  INT32,
  INT64,
  LOG_ERRORS,
  type OrtModule,
  type Pointer,
} from "./module.ts";
import { copyRows } from "../states.ts";
import { makeRoom } from "./heap-room.ts";
import { signatureOf, type SessionPort, type SessionPorts } from "./signature.ts";

/** A cache block in the heap with the tensor that is both past and present. */
export interface WasmBlock extends RowBlock {
  readonly tensor: Pointer;
}

/** What the session shares with its runtime. */
export interface WasmShared {
  readonly module: OrtModule;
  readonly fifo: Fifo;
  readonly ledger: Ledger;
}

export class WasmSession implements Session, CpuSession<WasmBlock> {
  readonly inputs: Signature;
  readonly outputs: Signature;
  readonly shape: readonly number[];
  readonly cache: CacheShape | null;
  readonly #shared: WasmShared;
  readonly #handle: Pointer;
  readonly #ports: SessionPorts;
  readonly #spec: GraphSpec;
  readonly #options: Pointer;
  #isDisposed = false;
  /** Room for inputs and outputs, by name; grows, and is used again by every call. */
  readonly #scratch = new Map<string, Scratch>();

  constructor(shared: WasmShared, handle: Pointer, ports: SessionPorts, spec: GraphSpec) {
    this.#shared = shared;
    this.#handle = handle;
    this.#ports = ports;
    this.#spec = spec;
    this.cache = spec.cache;
    this.inputs = signatureOf(ports.inputs);
    this.outputs = signatureOf(ports.outputs);
    this.shape = outputShape(this.outputs, spec);
    this.#options = shared.module._OrtCreateRunOptions(LOG_ERRORS, 0, false, 0);
    for (const name of [...inputNames(spec), spec.output, "hidden", "middle"])
      this.#scratch.set(name, new Scratch(shared.module));
  }

  open(rows: number, capacity: number): DeviceRows {
    return new CpuRows(this, rows, capacity);
  }

  allocate(dims: readonly number[]): WasmBlock {
    const { module, ledger } = this.#shared;
    const count = product(dims);
    const bytes = count * Float32Array.BYTES_PER_ELEMENT;
    // An empty cache, before the first token, still needs an address.
    const pointer = allocate(module, Math.max(bytes, Float32Array.BYTES_PER_ELEMENT));
    // Positions beyond a row's end are never read, but garbage there could still turn 0 * x into NaN.
    module.HEAPU8.fill(0, pointer, pointer + bytes);
    const tensor = bindTensor(module, FLOAT32, pointer, bytes, dims);
    ledger.enter(bytes);
    return {
      tensor,
      floats: () => new Float32Array(module.HEAPU8.buffer, pointer, count),
      free: () => {
        module._OrtReleaseTensor(tensor);
        module._free(pointer);
        ledger.strike(bytes);
      },
    };
  }

  makeRoom(bytes: number): void {
    makeRoom(this.#shared.module, bytes);
  }

  run(call: Forward, old: readonly WasmBlock[], longer: readonly WasmBlock[]): Promise<void> {
    return this.#shared.fifo.run(async () => {
      try {
        await this.#run(call, old, longer);
      } catch (error) {
        throw asRunError(error, `running ${call.rows} rows of ${call.columns} tokens`);
      }
    });
  }

  dispose(): Promise<void> {
    return this.#shared.fifo.run(async () => {
      if (this.#isDisposed) return;
      this.#isDisposed = true;
      const { module } = this.#shared;
      for (const scratch of this.#scratch.values()) scratch.free();
      for (const port of [...this.#ports.inputs, ...this.#ports.outputs]) module._OrtFree(port.pointer);
      module._OrtReleaseRunOptions(this.#options);
      if (module._OrtReleaseSession(this.#handle) !== 0) fail(module, "cannot release the session");
    });
  }

  async #run(call: Forward, old: readonly WasmBlock[], longer: readonly WasmBlock[]): Promise<void> {
    // A call may have waited while the model was unloaded; its handle is somebody else's memory now.
    if (this.#isDisposed) throw unloaded();
    const { module } = this.#shared;
    const stack = module.stackSave();
    const tensors: Pointer[] = [];
    const bind = (type: number, data: Pointer, bytes: number, dims: readonly number[]): Pointer => {
      const tensor = bindTensor(module, type, data, bytes, dims);
      tensors.push(tensor);
      return tensor;
    };
    try {
      const dims = outputDims(this.#spec, this.shape, call);
      const outputBytes = product(dims) * Float32Array.BYTES_PER_ELEMENT;
      const output = this.#room(this.#spec.output).reserve(outputBytes);
      const bound = new Map<string, Pointer>([[this.#spec.output, bind(FLOAT32, output, outputBytes, dims)]]);
      cacheNames(this.#spec.cache).forEach(({ past, present }, index) => {
        bound.set(past, old[index]?.tensor ?? 0).set(present, longer[index]?.tensor ?? 0);
      });
      for (const { name, type, values, dims: own } of graphInputs(this.#spec, call)) {
        const pointer = this.#room(name).write(values);
        bound.set(name, bind(type === "int32" ? INT32 : INT64, pointer, values.byteLength, own));
      }
      for (const [name] of statesWanted(call)) {
        const own = stateDims(call, this.#spec);
        const bytes = product(own) * Float32Array.BYTES_PER_ELEMENT;
        bound.set(name, bind(FLOAT32, this.#room(name).reserve(bytes), bytes, own));
      }
      // Only outputs that are bound are asked for; states that nobody wants never leave the runtime.
      const inputs = this.#list(this.#ports.inputs, bound);
      const outputs = this.#list(this.#ports.outputs, bound);
      const status = await module._OrtRun(
        this.#handle,
        inputs.names,
        inputs.tensors,
        inputs.count,
        outputs.names,
        outputs.count,
        outputs.tensors,
        this.#options,
      );
      if (status !== 0) fail(module, "the graph failed");
      this.#read(output, call);
      for (const [name, into] of statesWanted(call)) this.#room(name).read(into, picksInOutput(this.#spec, call));
    } finally {
      for (const tensor of tensors) module._OrtReleaseTensor(tensor);
      module.stackRestore(stack);
    }
  }

  #room(name: string): Scratch {
    const found = this.#scratch.get(name);
    if (found === undefined) throw new Error(`the graph has no room for "${name}"`);
    return found;
  }

  /** C arrays of names and tensors, on the stack. */
  #list(
    ports: readonly SessionPort[],
    bound: ReadonlyMap<string, Pointer>,
  ): { names: Pointer; tensors: Pointer; count: number } {
    const { module } = this.#shared;
    const word = module.PTR_SIZE;
    const used = ports.filter((port) => bound.has(port.name));
    const names = module.stackAlloc(used.length * word);
    const tensors = module.stackAlloc(used.length * word);
    used.forEach((port, index) => {
      module.setValue(names + index * word, port.pointer, "*");
      module.setValue(tensors + index * word, bound.get(port.name) ?? 0, "*");
    });
    return { names, tensors, count: used.length };
  }

  #read(output: Pointer, call: Forward): void {
    const width = product(this.shape);
    const heap = this.#shared.module.HEAPU8.buffer;
    picksInOutput(this.#spec, call).forEach((pick, index) => {
      const floats = new Float32Array(heap, output + pick * width * Float32Array.BYTES_PER_ELEMENT, width);
      call.into.set(floats, index * width);
    });
  }
}

/** A piece of heap that grows to the largest size asked for. */
class Scratch {
  readonly #module: OrtModule;
  #pointer: Pointer = 0;
  #bytes = 0;

  constructor(module: OrtModule) {
    this.#module = module;
  }

  reserve(bytes: number): Pointer {
    if (bytes > this.#bytes) {
      this.free();
      this.#pointer = allocate(this.#module, bytes);
      this.#bytes = bytes;
    }
    return this.#pointer;
  }

  write(values: BigInt64Array | Int32Array): Pointer {
    const pointer = this.reserve(values.byteLength);
    this.#module.HEAPU8.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), pointer);
    return pointer;
  }

  /** Copies rows of its numbers out. */
  read(into: Float32Array, rows: readonly number[]): void {
    const { buffer } = this.#module.HEAPU8;
    copyRows(new Float32Array(buffer, this.#pointer, this.#bytes / Float32Array.BYTES_PER_ELEMENT), rows, into);
  }

  free(): void {
    if (this.#pointer !== 0) this.#module._free(this.#pointer);
    this.#pointer = 0;
    this.#bytes = 0;
  }
}
