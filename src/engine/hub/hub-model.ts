/** A model of the Hub in memory, and what opening one takes. */
import type { Unembedding } from "../../core/heads/unembedding.ts";
import type { Arithmetic, Dtype } from "../../core/hub.ts";
import type { CausalModel, Classifier } from "../interfaces.ts";
import type { Runtime } from "../onnx/runtime.ts";
import type { Vocabulary } from "./compatibility.ts";
import type { DeviceLimits, MemoryNeed, MemoryPlan } from "./memory.ts";
import type { ModelText } from "./model-text.ts";

/** What every opened model has. */
export interface Opened {
  readonly id: string;
  readonly dtype: Dtype;
  /** Products run on the weights as they are stored, or on float32 made of them, which a processor multiplies faster. */
  readonly arithmetic: Arithmetic;
  readonly text: ModelText;
  readonly need: MemoryNeed;
  /** Frees the session; rows that are open must be disposed before. */
  dispose(): Promise<void>;
}

/** A model of the Hub in memory. */
export type HubModel =
  | (Opened & {
      readonly kind: "causal";
      readonly model: CausalModel;
      readonly vocabulary: Vocabulary;
      /** Reads the head of the vocabulary from its file once more; absent where the graph gives no states to multiply. */
      readonly unembedding?: () => Promise<Unembedding>;
    })
  | (Opened & { readonly kind: "classifier"; readonly model: Classifier });

export interface OpenModelOptions {
  readonly runtime: Runtime;
  readonly limits: DeviceLimits;
  /** Memory that is in use by other models. */
  readonly usedBytes: number;
  readonly plan: MemoryPlan;
}
