/** GPU memory with an owner: cache blocks that are tensors as well, and scratch that grows. */
import type { Tensor } from "onnxruntime-web";
import type { Ledger } from "../ledger.ts";
import { bytesOf, product, type FloatType } from "../runtime.ts";
import type { OrtApi } from "./shared.ts";

/** Flags of the WebGPU standard; TypeScript's library has the types but not these constants. */
export const USAGE = { MAP_READ: 0x1, COPY_SRC: 0x4, COPY_DST: 0x8, STORAGE: 0x80 } as const;
export const MAP_READ_MODE = 0x1;

/** Shaders write four floats at once and may bind a buffer's last word whole. */
const SHADER_WORD = 16;

export interface BufferPlace {
  readonly ort: OrtApi;
  readonly device: GPUDevice;
  readonly ledger: Ledger;
}

/** One cache block; WebGPU gives it zero-filled. */
export class GpuBlock {
  readonly buffer: GPUBuffer;
  /** Past and present at once. */
  readonly tensor: Tensor;
  readonly #ledger: Ledger;

  constructor({ ort, device, ledger }: BufferPlace, dims: readonly number[], type: FloatType = "float32") {
    // An empty cache, before the first token, still needs a buffer.
    const size = Math.max(SHADER_WORD, product(dims) * bytesOf(type));
    const usage = USAGE.STORAGE | USAGE.COPY_SRC | USAGE.COPY_DST;
    this.buffer = device.createBuffer({ size, usage });
    this.tensor = ort.Tensor.fromGpuBuffer(this.buffer, { dataType: type, dims });
    this.#ledger = ledger;
    ledger.enter(size);
  }

  free(): void {
    this.#ledger.strike(this.buffer.size);
    this.tensor.dispose();
    this.buffer.destroy();
  }
}

/** A buffer that grows to the largest size asked for. */
export class GpuScratch {
  readonly #place: BufferPlace;
  readonly #usage: number;
  #buffer: GPUBuffer | null = null;

  constructor(place: BufferPlace, usage: number) {
    this.#place = place;
    this.#usage = usage;
  }

  reserve(bytes: number): GPUBuffer {
    const size = Math.ceil(bytes / SHADER_WORD) * SHADER_WORD;
    if (this.#buffer === null || this.#buffer.size < size) {
      this.free();
      this.#buffer = this.#place.device.createBuffer({ size, usage: this.#usage });
      this.#place.ledger.enter(size);
    }
    return this.#buffer;
  }

  free(): void {
    if (this.#buffer === null) return;
    this.#place.ledger.strike(this.#buffer.size);
    this.#buffer.destroy();
    this.#buffer = null;
  }
}
