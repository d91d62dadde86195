/** How a lane decodes, as plain data. */
import type { BlockPlan, EarlyRejection } from "./blocks/spec.ts";
import type { Combine } from "./combine/way-types.ts";
import type { Weights } from "./ids.ts";

export type Ensemble = "mean" | "wco" | "uwo" | "robust";
export type StrategyId = "base" | "genarm" | "vas" | "bon" | "soft-bon" | "oracle-bon" | "blockwise" | "args";

/** How one lane decodes. `beta` is the KL coefficient (> 0, Infinity is the base model); rewards enter as w r / beta. */
export type Strategy =
  | { readonly id: "base" }
  | { readonly id: "genarm"; readonly beta: number; readonly weights: Weights; readonly combine?: Combine }
  | {
      readonly id: "vas";
      readonly beta: number;
      readonly weights: Weights;
      readonly k: number;
      readonly combine?: Combine;
    }
  /** `combine` stays absent here and in blocks: they know the sum alone (`combine/way.ts`). */
  | {
      readonly id: "args";
      readonly beta: number;
      readonly weights: Weights;
      readonly k: number;
      readonly combine?: Combine;
    }
  | BestOfN
  | Blockwise;

/** `beta` is used by soft-bon alone, `lambda` by the ensembles "uwo" and "robust" alone. */
export interface BestOfN {
  readonly id: "bon" | "soft-bon" | "oracle-bon";
  readonly n: number;
  readonly beta: number;
  readonly weights: Weights;
  readonly ensemble: Ensemble;
  readonly lambda: number;
  /** Absent: the weighted sum. */
  readonly combine?: Combine;
  /** Not for the oracle. */
  readonly reject?: EarlyRejection;
}

/** Ranks blocks as best-of-N ranks texts; `beta` is not used. */
export interface Blockwise extends BlockPlan, Omit<BestOfN, "id" | "n" | "reject"> {
  readonly id: "blockwise";
}
