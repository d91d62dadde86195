/** Weights in the form that a runtime takes: files beside the graph, whose bytes are made when they are asked for. */
import type { ExternalFile, WeightBytes } from "../onnx/runtime.ts";

/**
 * A runtime copies each file as it opens a session. Made one after the other, the unfolded weights never lie in memory
 * a second time as a whole.
 */
class MadeOnDemand implements WeightBytes {
  readonly byteLength: number;
  readonly #make: () => Uint8Array;

  constructor(byteLength: number, make: () => Uint8Array) {
    this.byteLength = byteLength;
    this.#make = make;
  }

  subarray(start?: number, end?: number): Uint8Array {
    const made = this.#make();
    if (made.byteLength !== this.byteLength) throw new Error(`${made.byteLength} bytes in place of ${this.byteLength}`);
    return made.subarray(start, end);
  }
}

export function madeOnDemand(path: string, byteLength: number, make: () => Uint8Array): ExternalFile {
  return { path, bytes: new MadeOnDemand(byteLength, make) };
}

export function bytesOfArray(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
