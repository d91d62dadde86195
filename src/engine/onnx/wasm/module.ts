/**
 * The part of ONNX Runtime's WebAssembly module that we call ourselves. The JavaScript of onnxruntime-web copies every
 * input into the heap and every output out of it, so each step would copy the whole cache twice more; bound by pointer,
 * a cache stays where it is. The functions are those that onnxruntime-web itself calls (`lib/wasm/wasm-types.ts`),
 * and the version is pinned.
 */
import { RunError } from "../../../core/errors.ts";
import type { WeightBytes } from "../runtime.ts";

/** A pointer into the heap. */
export type Pointer = number;

export interface OrtModule {
  readonly HEAPU8: Uint8Array;
  readonly PTR_SIZE: 4 | 8;
  _malloc(bytes: number): Pointer;
  _free(pointer: Pointer): void;
  stackSave(): Pointer;
  stackRestore(stack: Pointer): void;
  stackAlloc(bytes: number): Pointer;
  getValue(pointer: Pointer, type: "i32" | "*"): number;
  setValue(pointer: Pointer, value: number, type: "i32" | "*"): void;
  UTF8ToString(pointer: Pointer): string;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, pointer: Pointer, maxBytes: number): void;
  /** Makes the asynchronous exports of the JSPI and Asyncify builds usable; absent from the plain build. */
  asyncInit?(): void;

  /** Lends the next session the weights that lie beside its graph; it asks for parts of them as it copies them. */
  mountExternalData?(path: string, bytes: WeightBytes): void;
  unmountExternalData?(): void;

  _OrtInit(threads: number, logLevel: number): number;
  _OrtGetLastError(code: Pointer, message: Pointer): number;
  _OrtCreateSessionOptions(
    optimisation: number,
    useArena: boolean,
    useMemoryPattern: boolean,
    executionMode: number,
    profile: boolean,
    profilePrefix: Pointer,
    logId: Pointer,
    logSeverity: number,
    logVerbosity: number,
    optimisedPath: Pointer,
  ): Pointer;
  _OrtReleaseSessionOptions(options: Pointer): number;
  _OrtCreateSession(data: Pointer, bytes: number, options: Pointer): Promise<Pointer> | Pointer;
  _OrtReleaseSession(session: Pointer): number;
  _OrtGetInputOutputCount(session: Pointer, inputs: Pointer, outputs: Pointer): number;
  _OrtGetInputOutputMetadata(session: Pointer, index: number, name: Pointer, metadata: Pointer): number;
  _OrtFree(pointer: Pointer): number;
  _OrtCreateTensor(type: number, data: Pointer, bytes: number, dims: Pointer, rank: number, location: number): Pointer;
  _OrtReleaseTensor(tensor: Pointer): number;
  _OrtCreateRunOptions(logSeverity: number, logVerbosity: number, terminate: boolean, tag: Pointer): Pointer;
  _OrtReleaseRunOptions(options: Pointer): number;
  _OrtRun(
    session: Pointer,
    inputNames: Pointer,
    inputs: Pointer,
    inputCount: number,
    outputNames: Pointer,
    outputCount: number,
    outputs: Pointer,
    options: Pointer,
  ): Promise<number> | number;
}

/** The default export of `ort-wasm-simd-threaded*.mjs`. */
export type OrtFactory = (config: {
  readonly numThreads: number;
  readonly locateFile?: (file: string) => string;
}) => Promise<OrtModule>;

/** ONNX element types and the data location that onnxruntime-web passes for the heap. */
export const FLOAT32 = 1;
export const INT32 = 6;
export const INT64 = 7;
const IN_HEAP = 1;
/** 3: errors only. Warnings about constant folding would fill the console. */
export const LOG_ERRORS = 3;

export function allocate(module: OrtModule, bytes: number): Pointer {
  const pointer = module._malloc(bytes);
  if (pointer === 0) {
    throw new RunError(
      "out-of-memory",
      `The WebAssembly heap has no room for ${bytes} bytes more. Close other tabs, or use fewer samples and lanes.`,
      { bytes, heapBytes: module.HEAPU8.byteLength },
    );
  }
  return pointer;
}

/** A C string; the caller frees it. */
export function allocateText(module: OrtModule, text: string): Pointer {
  const bytes = module.lengthBytesUTF8(text) + 1;
  const pointer = allocate(module, bytes);
  module.stringToUTF8(text, pointer, bytes);
  return pointer;
}

/** A tensor over memory that somebody else owns and keeps until the tensor is released. */
export function bindTensor(
  module: OrtModule,
  type: number,
  data: Pointer,
  bytes: number,
  dims: readonly number[],
): Pointer {
  const stack = module.stackSave();
  try {
    const list = module.stackAlloc(dims.length * module.PTR_SIZE);
    dims.forEach((size, index) => module.setValue(list + index * module.PTR_SIZE, size, "i32"));
    const tensor = module._OrtCreateTensor(type, data, bytes, list, dims.length, IN_HEAP);
    return tensor === 0 ? fail(module, `cannot make a tensor of ${dims.join("x")}`) : tensor;
  } finally {
    module.stackRestore(stack);
  }
}

/** Throws what ONNX Runtime last complained of. */
export function fail(module: OrtModule, what: string): never {
  const stack = module.stackSave();
  const code = module.stackAlloc(2 * module.PTR_SIZE);
  const message = code + module.PTR_SIZE;
  module._OrtGetLastError(code, message);
  const pointer = module.getValue(message, "*");
  const reason = pointer === 0 ? "no reason given" : module.UTF8ToString(pointer);
  module.stackRestore(stack);
  throw new Error(`${what}: ${reason}`);
}
