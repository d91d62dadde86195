/** One event makes the next view. Events of another run are ignored: a late answer cannot spoil a newer run. */
import { pushIdsOfAll } from "../../core/push-ids.ts";
import type { LaneResult, RowStep, RunEvent, SampleResult, ScheduledChange } from "../../core/types.ts";
import { nextBlock, withBlock } from "./blocks.ts";
import {
  IDLE_VIEW,
  NO_SAMPLE,
  sampleCount,
  strategyNow,
  type LaneView,
  type RunView,
  type SampleView,
} from "./view.ts";

type EventOf<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

export function reduce(view: RunView, event: RunEvent): RunView {
  if (event.type === "started") return started(event);
  if (event.runId !== view.runId) return view;
  switch (event.type) {
    case "step":
      return step(view, event);
    case "changed":
      return atLane(view, event.change.lane, (lane) => withMark(lane, event.change));
    case "moved":
      return atLane(view, event.move.lane, (lane) => ({ ...lane, moves: [...lane.moves, event.move] }));
    case "block":
      return atLane(view, event.choice.lane, (lane) => withBlock(lane, event.choice));
    case "scoring":
      return { ...view, scoring: { done: event.done, total: event.total } };
    case "sample":
      return atLane(view, event.result.lane, (lane) => withSample(lane, event.result));
    case "finished":
      return finished(view, event);
    case "failed":
      return { ...view, phase: "failed", error: event.error, scoring: null };
    default:
      return event satisfies never;
  }
}

function started(event: EventOf<"started">): RunView {
  const lanes = event.request.lanes.map((request) => ({
    request,
    samples: Array.from({ length: sampleCount(request) }, () => NO_SAMPLE),
    marks: [],
    moves: [],
    blocks: [],
    result: null,
  }));
  const { runId, request, device, models } = event;
  return { ...IDLE_VIEW, phase: "running", runId, request, device, models, lanes };
}

function step(view: RunView, event: EventOf<"step">): RunView {
  const lanes = view.lanes.map((lane, index) => {
    const rows = event.rows.filter((row) => row.lane === index);
    return rows.length === 0 ? lane : { ...lane, samples: append(lane.samples, rows) };
  });
  return { ...view, lanes, steps: view.steps + 1, forwards: event.forwards, stepMs: [...view.stepMs, event.ms] };
}

function append(samples: readonly SampleView[], rows: readonly RowStep[]): readonly SampleView[] {
  const next = [...samples];
  for (const row of rows) {
    const old = next[row.sample] ?? NO_SAMPLE;
    next[row.sample] = { ...old, steps: [...old.steps, row] };
  }
  return next;
}

function withMark(lane: LaneView, { token, change }: ScheduledChange): LaneView {
  const before = strategyNow(lane);
  if (before.id === "base") return lane;
  const { beta = before.beta, weights = before.weights } = change;
  const changed = pushIdsOfAll([before.weights, weights]).filter(
    (id) => (weights[id] ?? 0) !== (before.weights[id] ?? 0),
  );
  const moved = {
    ...(beta !== before.beta && { beta }),
    ...(changed.length > 0 && { weights: Object.fromEntries(changed.map((id) => [id, weights[id] ?? 0])) }),
  };
  const at = lane.request.strategy.id === "blockwise" ? nextBlock(lane) : token;
  return { ...lane, marks: [...lane.marks, { token: at, moved, strategy: { ...before, beta, weights } }] };
}

function withSample(lane: LaneView, result: SampleResult): LaneView {
  const samples = [...lane.samples];
  samples[result.sample] = { ...(samples[result.sample] ?? NO_SAMPLE), result };
  return { ...lane, samples };
}

function finished(view: RunView, event: EventOf<"finished">): RunView {
  const results = new Map<number, LaneResult>(event.lanes.map((result) => [result.lane, result]));
  const lanes = view.lanes.map((lane, index) => ({ ...lane, result: results.get(index) ?? lane.result }));
  const phase = event.reason === "done" ? "finished" : "stopped";
  return { ...view, phase, lanes, closeCalls: event.closeCalls, reads: event.reads ?? null, scoring: null };
}

function atLane(view: RunView, index: number, change: (lane: LaneView) => LaneView): RunView {
  return { ...view, lanes: view.lanes.map((lane, i) => (i === index ? change(lane) : lane)) };
}
