/** A lane while it runs. */
import type { RejectionReport } from "../../core/blocks/spec.ts";
import type { LaneChange, RunRequest, Sampling, Strategy, TokenId } from "../../core/types.ts";
import type { Binding } from "./binding.ts";
import { guidanceOf, type Guidance } from "./plan.ts";

/** What a lane ends with: how it decoded, and what that took. */
export type LaneOutcome = Pick<Lane, "index" | "strategy" | "forwards" | "ms" | "steps" | "rejection">;

/** `strategy` and `guidance` are replaced when a setting moves; the counts grow. */
export interface Lane {
  readonly index: number;
  readonly sampling: Sampling;
  /** Tokens that the response begins with. */
  readonly opening: readonly TokenId[];
  strategy: Strategy;
  /** `strategy`, bound to its models. */
  guidance: Guidance;
  /** Rows forwarded for this lane, by model id. */
  readonly forwards: Record<string, number>;
  ms: number;
  /** Of a blockwise lane: blocks chosen so far, and the sum of their estimated KLs, nats. */
  /** Of a best-of-N lane that has dropped texts. */
  rejection?: Omit<RejectionReport, "end" | "savedTokens">;
  steps?: { readonly blocks: number; readonly klEstimate: number };
}

export function planLanes(request: RunRequest, binding: Binding): Lane[] {
  return request.lanes.map(({ strategy, sampling, opening = [] }, index) => {
    return { index, strategy, guidance: guidanceOf(strategy, binding), sampling, opening, forwards: byName(), ms: 0 };
  });
}

/** Moves settings of a lane. The change was checked by `parseChange`. */
export function applyChange(lane: Lane, change: LaneChange, binding: Binding): void {
  if (lane.strategy.id === "base") return;
  lane.strategy = { ...lane.strategy, ...change };
  lane.guidance = guidanceOf(lane.strategy, binding);
}

/** Without a prototype, so that a model called "constructor" counts like any other. */
function byName(): Record<string, number> {
  return Object.create(null) as Record<string, number>;
}

/** Charges a lane for one row of one forward. */
export function chargeForward(lane: Lane, modelId: string): void {
  lane.forwards[modelId] = (lane.forwards[modelId] ?? 0) + 1;
}
