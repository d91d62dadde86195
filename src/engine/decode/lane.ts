/** A lane while it runs. */
import type { LaneChange, RunRequest, Sampling, Strategy, TokenId } from "../../core/types.ts";

/** `strategy` is replaced when a setting moves; the counts grow. */
export interface Lane {
  readonly index: number;
  readonly sampling: Sampling;
  /** Tokens that the response begins with. */
  readonly opening: readonly TokenId[];
  strategy: Strategy;
  /** Rows forwarded for this lane, by model id. */
  readonly forwards: Record<string, number>;
  ms: number;
}

export function planLanes(request: RunRequest): Lane[] {
  return request.lanes.map(({ strategy, sampling, opening = [] }, index) => {
    return { index, strategy, sampling, opening, forwards: {}, ms: 0 };
  });
}

/** Moves settings of a lane. The change was checked by `parseChange`. */
export function applyChange(lane: Lane, change: LaneChange): void {
  if (lane.strategy.id !== "base") lane.strategy = { ...lane.strategy, ...change };
}
