/** A recorded request becomes settings, so that a visitor can try what a recording shows. */
import type { BlockPlan } from "../../core/blocks/spec.ts";
import { isObjective, pushIds } from "../../core/push-ids.ts";
import { canCombine, wayOf } from "../../core/combine/way.ts";
import { canWeigh, type SourceSpec } from "../../core/sources/spec.ts";
import { OBJECTIVE_IDS, type Blockwise, type LaneRequest, type PushId, type RunRequest } from "../../core/types.ts";
import { combineFrom } from "./combine-data.ts";
import { laneName } from "./to-request.ts";
import {
  LIMITS,
  MAX_NAME,
  newLane,
  noWeights,
  type LaneSettings,
  type LimitName,
  type SettingsData,
} from "./settings-data.ts";

const LANE_IDS = ["a", "b", "c", "d", "e", "f"] as const;

function clamp(name: LimitName, value: number): number {
  return Math.min(LIMITS[name].max, Math.max(LIMITS[name].min, value));
}

/** The rail takes the first guided lane's settings; a lane that differs keeps its own. */
export function settingsFrom(request: RunRequest, old: SettingsData): SettingsData {
  const guided = request.lanes.map((lane) => lane.strategy).find((strategy) => strategy.id !== "base");
  const sources = request.sources ?? [];
  // Each lane weighs the sources that its strategy can use: the rail gathers what any of them weighs.
  const weights: Record<PushId, number> = { ...noWeights() };
  const strategies = request.lanes.flatMap(({ strategy }) => (strategy.id === "base" ? [] : [strategy]));
  for (const each of strategies.toReversed()) {
    for (const id of pushIds(each.weights)) if (!isObjective(id)) weights[id] = clamp("weight", each.weights[id] ?? 0);
  }
  if (guided !== undefined) {
    for (const id of OBJECTIVE_IDS) weights[id] = clamp("weight", guided.weights[id] ?? 0);
  }
  const sampling = request.lanes[0]?.sampling;
  const rail: SettingsData = {
    ...old,
    kind: request.kind,
    prompts: { ...old.prompts, [request.kind]: request.prompt },
    system: request.system ?? "",
    turns: [...(request.turns ?? [])],
    sources: guided === undefined ? old.sources : sources,
    weights: guided === undefined ? old.weights : weights,
    // The numbers of every lane's way; the way itself is the first lane's, which comes last here.
    combine: strategies.reduceRight((found, { combine }) => combineFrom(combine, found), old.combine),
    // A recording tells none, and its sources have the ids of others.
    ends: guided === undefined ? old.ends : {},
    strength: guided === undefined ? old.strength : clamp("strength", 1 / guided.beta),
    plausible: sampling === undefined ? old.plausible : clamp("plausible", sampling.plausible),
    temperature: sampling === undefined ? old.temperature : clamp("temperature", sampling.temperature),
    truncation: "none",
    maxTokens: clamp("maxTokens", request.maxTokens),
    seed: request.seed,
  };
  const lanes = request.lanes
    .slice(0, LANE_IDS.length)
    .map((lane, index) => named(laneFrom(lane, index, rail), lane, rail));
  return { ...rail, lanes };
}

/** A name stays where it is not the one that the strategy gives anyway. */
function named(lane: LaneSettings, { name }: LaneRequest, rail: SettingsData): LaneSettings {
  return name === "" || name === laneName(rail, lane) ? lane : { ...lane, name: name.slice(0, MAX_NAME) };
}

function usable(strategy: string, sources: readonly SourceSpec[]): readonly PushId[] {
  return sources.filter((spec) => canWeigh(strategy, spec)).map(({ id }) => id);
}

function blocksFrom({ k, block, by, steps }: Blockwise): BlockPlan {
  return {
    k: clamp("blockK", k),
    block: block === "sentence" ? block : clamp("blockTokens", block),
    by,
    ...(steps !== undefined && { steps: { ...steps, eta: clamp("eta", steps.eta) } }),
  };
}

function laneFrom(request: LaneRequest, index: number, rail: SettingsData): LaneSettings {
  const { strategy, sampling } = request;
  const lane = newLane(LANE_IDS[index] ?? "a", strategy.id);
  if (request.opening !== undefined) lane.opening = { tokens: [...request.opening], text: "" };
  if (sampling.temperature !== rail.temperature) lane.temperature = clamp("temperature", sampling.temperature);
  if (strategy.id === "base") return lane;
  const strength = clamp("strength", 1 / strategy.beta);
  if (strength !== rail.strength) lane.strength = strength;
  const ids = [...OBJECTIVE_IDS, ...usable(strategy.id, rail.sources)];
  if (ids.some((id) => (strategy.weights[id] ?? 0) !== (rail.weights[id] ?? 0))) {
    const own: Record<PushId, number> = noWeights();
    for (const id of ids) own[id] = clamp("weight", strategy.weights[id] ?? 0);
    lane.weights = own;
  }
  const way = wayOf(strategy);
  if (way !== rail.combine.way && (way !== "sum" || canCombine(strategy.id, rail.combine.way))) lane.combine = way;
  if ("n" in strategy) {
    lane.ensemble = strategy.ensemble;
    lane.lambda = clamp("lambda", strategy.lambda);
  }
  if ((strategy.id === "vas" || strategy.id === "args") && strategy.k !== rail.k) lane.k = clamp("k", strategy.k);
  if (strategy.id === "blockwise") Object.assign(lane, { blocks: blocksFrom(strategy) });
  if ("reject" in strategy && strategy.reject !== undefined) {
    const { share, isStudy } = strategy.reject;
    Object.assign(lane, { reject: { share: clamp("rejectShare", share), isStudy } });
  }
  if ("n" in strategy && strategy.n !== rail.n) lane.n = clamp("n", strategy.n);
  return lane;
}
