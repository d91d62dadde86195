/** What all parts of the WebGPU provider share: types alone, so that none of them imports another for its types. */
import type { Fifo } from "../fifo.ts";
import type { Ledger } from "../ledger.ts";

/** The module `onnxruntime-web/webgpu` or `/jspi`, with its file locations set by the caller. */
export type OrtApi = typeof import("onnxruntime-web");

/** What a session shares with its runtime. */
export interface GpuShared {
  readonly ort: OrtApi;
  readonly device: GPUDevice;
  readonly fifo: Fifo;
  readonly ledger: Ledger;
  /** Rejects when the device is lost. */
  readonly loss: Promise<never>;
}
