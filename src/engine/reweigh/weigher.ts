/** What re-weights a lane step by step: over the whole vocabulary where the scores are in memory, else from a trace. */
import type { Choice, Exactness } from "../../core/reweighing.ts";
import type { RowStep, TokenId } from "../../core/types.ts";

export interface WeighedStep {
  readonly step: RowStep;
  /** What the same noise draws under the new distribution. */
  readonly drawn: TokenId;
}

export interface Weigher {
  readonly length: number;
  /** @param hasCandidates with its table, as a decoded step has it; the table costs more than the numbers */
  weigh(position: number, hasCandidates: boolean): WeighedStep;
  /** The choice at a position, or null where it is the text's own or a branch left none. */
  choice(position: number, weighed: WeighedStep): Choice | null;
  /** Of the steps weighed so far. */
  exactness(): Exactness;
}
