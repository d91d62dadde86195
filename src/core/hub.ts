/** Models of the Hub as engine, worker and page speak of them: plain data. */

/** Whether products run on weights as they are stored, or on float32 made of them. */
export type Arithmetic = "stored" | "float32";

/** How weights are stored; `q4f16` and `fp16` also compute in 16 bits. */
export type Dtype = "fp32" | "fp16" | "q4" | "q4f16" | "q8";

/** Why a form does not run on a device. */
export type Obstacle = "q8-on-card" | "card-without-f16" | "f16-on-processor";

export interface DownloadProgress {
  readonly id: string;
  readonly phase: "look-up" | "fetch" | "ready";
  readonly loadedBytes: number;
  readonly totalBytes: number;
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

/** How a model's numbers on a graphics card compare with the processor's. */
export type NumericCheck =
  | {
      readonly status: "agrees" | "differs";
      /** Largest difference among the compared log-probabilities (nats) or logits of labels. */
      readonly maxDifference: number;
      readonly tolerance: number;
      /** Whether both find the same five likeliest tokens. */
      readonly hasSameTop: boolean;
    }
  | { readonly status: "unchecked"; readonly why: "runs-on-processor" | "too-large" | "form" };
