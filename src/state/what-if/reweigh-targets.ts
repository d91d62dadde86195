/** Which lanes of the run on the screen the sliders now weigh otherwise, and what the worker must know to do it. */
import { pushIdsOfAll } from "../../core/push-ids.ts";
import { movesWeights } from "../../core/combine/moving.ts";
import type { LaneRequest, Strategy } from "../../core/types.ts";
import type { LaneTarget, RecordedRun } from "../../core/reweighing.ts";
import type { SettingsData } from "../settings/settings-data.ts";
import { comparable, weighedBy } from "../run/run-sources.ts";
import { laneRequest } from "../settings/to-request.ts";
import { shownSample, strategyNow, type LaneView, type RunView } from "../run/view.ts";

/**
 * The lanes whose settings differ from what they ran with, by their index in the run. Another prompt, kind or strategy is
 * another run, and plain sampling has nothing to weigh.
 */
export function reweighTargets(
  settings: SettingsData,
  view: RunView,
  laneIds: readonly string[],
  isRecorded: boolean,
): readonly LaneTarget[] {
  const { request } = view;
  if (request === null || request.kind !== settings.kind || request.prompt !== settings.prompts[settings.kind])
    return [];
  return laneIds.flatMap((id, lane) => {
    const [own, shown] = [settings.lanes.find((each) => each.id === id), view.lanes[lane]];
    if (own === undefined || shown === undefined) return [];
    const ran = { ...shown.request, strategy: strategyNow(shown) };
    const wanted = laneRequest(settings, own);
    const strategy = weighedBy(wanted.strategy, comparable(settings, request));
    const target = targetOf({ ...wanted, strategy }, ran, isRecorded);
    return target === null || isAlike(target, ran) ? [] : [{ lane, ...target }];
  });
}

/** What can be weighed anew: no other number of samples, no other sampling of whole texts, no candidates never valued. */
function targetOf(wanted: LaneRequest, ran: LaneRequest, isRecorded: boolean): Omit<LaneTarget, "lane"> | null {
  const [next, old] = [wanted.strategy, ran.strategy];
  // Weights that moved by what the text said so far say nothing of other texts.
  if (movesWeights(next) || movesWeights(old)) return null;
  if (next.id === "genarm" && old.id === "genarm") return { strategy: next, sampling: wanted.sampling };
  if (next.id === "vas" && old.id === "vas") {
    return { strategy: isRecorded ? { ...next, k: old.k } : next, sampling: wanted.sampling };
  }
  if (!("n" in next) || !("n" in old) || next.id !== old.id) return null;
  return { strategy: { ...next, n: old.n }, sampling: ran.sampling };
}

function isAlike(a: Omit<LaneTarget, "lane">, b: Omit<LaneTarget, "lane">): boolean {
  return JSON.stringify(a.sampling) === JSON.stringify(b.sampling) && isSameStrategy(a.strategy, b.strategy);
}

/** A beta went through the slider's 1/beta and may have lost its last digit. */
function isSameStrategy(a: Strategy, b: Strategy): boolean {
  if (a.id === "base" || b.id === "base") return a.id === b.id;
  const isSameBeta = a.beta === b.beta || Math.abs(a.beta - b.beta) < 1e-9 * b.beta;
  const areSameWeights = pushIdsOfAll([a.weights, b.weights]).every(
    (id) => (a.weights[id] ?? 0) === (b.weights[id] ?? 0),
  );
  return isSameBeta && areSameWeights && restOf(a) === restOf(b);
}

function restOf(strategy: Exclude<Strategy, { id: "base" }>): string {
  const { beta: _, weights: __, ...rest } = strategy;
  return JSON.stringify(Object.entries(rest).toSorted(([x], [y]) => (x < y ? -1 : 1)));
}

/** A run as a worker that did not decode it can weigh it. */
export function recordedRun(view: RunView): RecordedRun | null {
  const { request, runId } = view;
  if (request === null) return null;
  const lanes = view.lanes.map((lane, index) => ({
    lane: index,
    steps: recordedSteps(lane),
    strategies: strategies(lane),
  }));
  const samples = view.lanes.flatMap((lane) => lane.samples.flatMap(({ result }) => (result === null ? [] : [result])));
  const results = view.lanes.flatMap(({ result }) => (result === null ? [] : [result]));
  return { runId, request, lanes, samples, results };
}

function recordedSteps(lane: LaneView) {
  const { id } = lane.request.strategy;
  return id === "genarm" || id === "vas" ? shownSample(lane).steps : [];
}

function strategies({ request, marks }: LaneView) {
  return [{ token: 0, strategy: request.strategy }, ...marks.map(({ token, strategy }) => ({ token, strategy }))];
}
