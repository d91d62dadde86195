/** The rows of a lane: which of them the policy follows, which draw, and which the lane ends with. */
import type { BlockChoice } from "../../core/blocks/spec.ts";
import type { Lane } from "./lane.ts";
import type { Lockstep } from "./lockstep.ts";
import type { Row } from "./row.ts";

export interface LaneRows {
  readonly lane: Lane;
  /** Rows that the policy is to follow; none once the lane is done. */
  readonly live: readonly Row[];
  /** Those of them that draw a token at this step; the others wait. */
  readonly writing: readonly Row[];
  /** What the lane ends with, sample by sample. */
  readonly texts: readonly Row[];
  /** Before tokens are drawn, with the policy at the end of the live rows. */
  begin(lockstep: Pick<Lockstep, "fork">): void;
  /** After tokens were drawn. */
  end(): Promise<BlockChoice | null>;
}
