/** The run on the screen with other weights: the text that ran, the numbers that are new. */
import type { LaneTarget, ReweighedLane, ReweighedStep } from "../../core/reweighing.ts";
import { movesWeights } from "../../core/combine/moving.ts";
import { wayOf } from "../../core/combine/way.ts";
import type { RowStep, Strategy } from "../../core/types.ts";
import { NO_SAMPLE, shownSample, type LaneView, type RunView } from "../run/view.ts";

/** What the worker has answered about one run so far. */
export interface Reweighed {
  readonly runId: string;
  readonly lanes: ReadonlyMap<number, { readonly target: LaneTarget; readonly answer: ReweighedLane }>;
  /** The step in view; newer than its lane while a slider moves. */
  readonly inView: ReweighedStep | null;
}

export const NOTHING_REWEIGHED: Reweighed = { runId: "", lanes: new Map(), inView: null };

export function reweighedView(view: RunView, reweighed: Reweighed): RunView {
  if (reweighed.runId !== view.runId) return view;
  const lanes = view.lanes.map((lane, index) => {
    const known = reweighed.lanes.get(index);
    if (known === undefined) return lane;
    const { target, answer } = known;
    // The marks of sliders moved in mid-run say what ran; here one set of weights acts from the first token on.
    const asked = {
      ...lane,
      request: { ...lane.request, strategy: target.strategy, sampling: target.sampling },
      marks: [],
    };
    if (answer.type === "steps") return withSteps(asked, answer, stepInView(reweighed.inView, index));
    if (isUnranked(answer) && !canVeto(target.strategy)) return lane;
    // A recording may have kept the text of the chosen sample alone.
    return lane.samples[answer.result.chosen]?.steps.length === 0 ? lane : { ...asked, result: answer.result };
  });
  return { ...view, lanes };
}

/** Then a sample without a score is one that was vetoed. */
function canVeto(strategy: Strategy): boolean {
  return strategy.id !== "base" && wayOf(strategy) === "veto";
}

/** The judge of the run does not score what the new weights ask for, or the truth is not defined. */
function isUnranked({ result }: ReweighedLane & { type: "choice" }): boolean {
  return result.scores.every((score) => score === null);
}

function stepInView(inView: ReweighedStep | null, lane: number): RowStep | null {
  return inView?.lane === lane ? inView.step : null;
}

function withSteps(lane: LaneView, answer: ReweighedLane & { type: "steps" }, inView: RowStep | null): LaneView {
  const old = lane.samples[0] ?? NO_SAMPLE;
  if (old.steps.length !== answer.steps.length) return lane;
  const steps = answer.steps.map((step) => (step.position === inView?.position ? inView : step));
  const klPerToken = steps.length === 0 ? 0 : answer.klSum / steps.length;
  const exact = (sum: number) => ({ type: "exact" as const, sum });
  const klSteer = answer.klSteer === null ? null : exact(answer.klSteer);
  const result = lane.result && { ...lane.result, kl: exact(answer.klSum), klSteer, klPerToken };
  return { ...lane, samples: [{ ...old, steps }], result };
}

/** What the bar says of a lane. */
export type ReweighedFinding =
  | { readonly type: "nothing-steers" }
  | { readonly type: "unchanged-settings" }
  /** What a reward chose while the text was written says nothing of other weights. */
  | { readonly type: "needs-run" }
  | { readonly type: "not-judged" }
  | { readonly type: "unranked" }
  | { readonly type: "working" }
  | { readonly type: "same-text" }
  | { readonly type: "parts"; readonly position: number; readonly said: string; readonly wouldSay: string }
  | { readonly type: "same-sample"; readonly chosen: number }
  | { readonly type: "other-sample"; readonly chosen: number; readonly instead: number; readonly hasText: boolean };

/** @param view as it ran */
export function findingOf(
  { runId, lanes }: RunView,
  index: number,
  targets: readonly LaneTarget[],
  reweighed: Reweighed,
): ReweighedFinding {
  const lane = lanes[index];
  if (lane === undefined) return { type: "unchanged-settings" };
  if (lane.request.strategy.id === "base") return { type: "nothing-steers" };
  const { id } = lane.request.strategy;
  if (id === "blockwise" || id === "args" || movesWeights(lane.request.strategy)) return { type: "needs-run" };
  if (!targets.some((target) => target.lane === index)) return { type: "unchanged-settings" };
  if (lane.samples.length > 1 && lane.result === null) return { type: "not-judged" };
  const answer = reweighed.runId === runId ? reweighed.lanes.get(index)?.answer : undefined;
  if (answer === undefined) return { type: "working" };
  if (answer.type === "steps") {
    const { change } = answer;
    if (change === null) return { type: "same-text" };
    const said = shownSample(lane).steps[change.position]?.text ?? "";
    return { type: "parts", position: change.position, said, wouldSay: change.text };
  }
  if (isUnranked(answer)) return { type: "unranked" };
  const chosen = lane.result?.chosen ?? 0;
  const instead = answer.result.chosen;
  if (chosen === instead) return { type: "same-sample", chosen };
  return { type: "other-sample", chosen, instead, hasText: (lane.samples[instead]?.steps.length ?? 0) > 0 };
}
