/** Settings become a run request: bounds are already checked, so these are plain translations. */
import { OBJECTIVE_IDS } from "../../core/types.ts";
import type { LaneChange, LaneRequest, PerPush, RunRequest, Sampling, Strategy, Weights } from "../../core/types.ts";
import { FIRST_PLAN } from "../../core/blocks/spec.ts";
import { sourceProblem } from "../../core/sources/parse.ts";
import { canWeigh, type SourceSpec } from "../../core/sources/spec.ts";
import { combineOf } from "./combine-data.ts";
import { objectivesOf, sliderOf, type AllWeights, type LaneSettings, type SettingsData } from "./settings-data.ts";

/** `beta = 1 / strength`; strength 0 is the base model, beta Infinity. */
export function betaOf(strength: number): number {
  return strength === 0 ? Infinity : 1 / strength;
}

/** The weights that act: objectives of the other kind and zeros are left out. */
export function activeWeights(all: AllWeights, kind: SettingsData["kind"]): Weights {
  return Object.fromEntries(objectivesOf(kind).flatMap((id) => (all[id] === 0 ? [] : [[id, all[id]]])));
}

/** The same, with the sources that the lane's strategy can use. */
export function laneWeights(settings: SettingsData, lane: LaneSettings): Weights {
  const all = lane.weights ?? settings.weights;
  const sources = settings.sources.flatMap((spec) => {
    const weight = all[spec.id] ?? 0;
    return weight === 0 || !canWeigh(lane.strategy, spec) ? [] : [[spec.id, weight] as const];
  });
  return { ...activeWeights(all, settings.kind), ...Object.fromEntries(sources) };
}

export function strategyOf(settings: SettingsData, lane: LaneSettings): Strategy {
  const beta = betaOf(lane.strength ?? settings.strength);
  const weights = laneWeights(settings, lane);
  const combine = combineOf(settings.combine, lane.combine ?? settings.combine.way, {
    strategy: lane.strategy,
    weights,
    most: sliderEnds(settings),
  });
  const way = combine === undefined ? {} : { combine };
  switch (lane.strategy) {
    case "base":
      return { id: "base" };
    case "genarm":
      return { id: "genarm", beta, weights, ...way };
    case "vas":
      return { id: "vas", beta, weights, k: lane.k ?? settings.k, ...way };
    case "args":
      return { id: "args", beta, weights, k: lane.k ?? settings.k };
    case "bon":
    case "soft-bon":
    case "oracle-bon": {
      const { strategy: id, ensemble, reject = null } = lane;
      const own = { id, beta, weights, n: lane.n ?? settings.n, ensemble, lambda: lambdaOf(lane), ...way };
      return id === "oracle-bon" || reject === null ? own : { ...own, reject };
    }
    case "blockwise": {
      const { strategy: id, blocks = FIRST_PLAN, ensemble } = lane;
      return { id, ...blocks, beta, weights, ensemble, lambda: lambdaOf(lane) };
    }
    default:
      return lane.strategy satisfies never;
  }
}

/** Of "robust" it is a share. */
function lambdaOf({ ensemble, lambda }: LaneSettings): number {
  return ensemble === "robust" ? Math.min(1, lambda) : lambda;
}

/** The most that a weight that moves by itself may become: where its slider ends. */
export function sliderEnds({ ends }: Pick<SettingsData, "ends">): PerPush<number> {
  return { ...Object.fromEntries(OBJECTIVE_IDS.map((id) => [id, sliderOf(id).max])), ...ends };
}

function samplingOf(settings: SettingsData, lane: LaneSettings): Sampling {
  const own = railSampling(settings);
  return { ...own, temperature: lane.temperature ?? own.temperature };
}

export function railSampling(settings: SettingsData): Sampling {
  const { truncation } = settings;
  return {
    plausible: settings.plausible,
    temperature: settings.temperature,
    topK: truncation === "top-k" ? settings.topK : 0,
    topP: truncation === "top-p" ? settings.topP : 1,
    minP: truncation === "min-p" ? settings.minP : 0,
  };
}

/** The name shown for a lane: the visitor's own, else what its strategy is called. */
export function laneName(settings: SettingsData, lane: LaneSettings): string {
  if (lane.name !== "") return lane.name;
  return lane.opening === null ? strategyName(settings, lane) : `${strategyName(settings, lane)} branch`;
}

function strategyName(settings: SettingsData, lane: LaneSettings): string {
  const n = lane.n ?? settings.n;
  const names: Record<LaneSettings["strategy"], string> = {
    base: "Plain",
    genarm: "GenARM",
    vas: "VAS",
    args: "ARGS",
    bon: `Best of ${n}`,
    "soft-bon": `Soft best of ${n}`,
    "oracle-bon": `Oracle best of ${n}`,
    blockwise: `Blocks, best of ${(lane.blocks ?? FIRST_PLAN).k}`,
  };
  return names[lane.strategy];
}

export function laneRequest(settings: SettingsData, lane: LaneSettings): LaneRequest {
  return {
    name: laneName(settings, lane),
    strategy: strategyOf(settings, lane),
    sampling: samplingOf(settings, lane),
    ...(lane.opening !== null && { opening: lane.opening.tokens }),
  };
}

export function toRequest(settings: SettingsData): RunRequest {
  const sources = askedSources(settings);
  return {
    version: 1,
    kind: settings.kind,
    prompt: settings.prompts[settings.kind],
    ...(settings.system.trim() !== "" && { system: settings.system.trim() }),
    ...(settings.turns.length > 0 && { turns: settings.turns }),
    seed: settings.seed,
    maxTokens: settings.maxTokens,
    ...(sources.length > 0 && { sources }),
    lanes: settings.lanes.map((lane) => laneRequest(settings, lane)),
  };
}

/** One that is still being written is left out while nobody weighs it, so that it does not keep others from running. */
function askedSources(settings: SettingsData): readonly SourceSpec[] {
  const weighed = [settings, ...settings.lanes].flatMap(({ weights }) => (weights === null ? [] : [weights]));
  return settings.sources.filter(
    (spec) => sourceProblem(spec) === null || weighed.some((all) => (all[spec.id] ?? 0) !== 0),
  );
}

/** What a live run can take over from a strategy; plain sampling has nothing to change. */
export function changeOf(strategy: Strategy): LaneChange | null {
  return strategy.id === "base" ? null : { beta: strategy.beta, weights: strategy.weights };
}
