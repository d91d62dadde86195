/** A point of a sweep becomes the playground's settings: plain sampling beside what the point ran. */
import { FIRST_PLAN } from "../../core/blocks/spec.ts";
import { settingsOf, type SweepPlan } from "../../core/sweep.ts";
import type { LaneRequest, ModelRef, Sampling, Strategy } from "../../core/types.ts";
import type { SettingsData } from "../settings/settings-data.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import type { SweepPoint } from "./points.ts";

/** @param models that the sweep ran on: the point is ranked by their judge again */
export function adoptPoint(settings: Settings, plan: SweepPlan, models: readonly ModelRef[], point: SweepPoint): void {
  const { kind, maxTokens, sampling } = plan;
  const lane = (strategy: Strategy): LaneRequest => ({ name: "", strategy, sampling });
  const strategy = pointStrategy(plan, point);
  const own = settingsOf(plan)[point.setting]?.lane ?? lane(strategy);
  const lanes = [lane({ id: "base" }), ...(strategy.id === "base" ? [] : [own])];
  const [prompt, seed] = [plan.prompts[point.prompt]!, plan.seeds[point.seed]!];
  const shared = {
    ...(plan.sources !== undefined && { sources: plan.sources }),
    ...(plan.system !== undefined && { system: plan.system }),
  };
  settings.adopt({ request: { version: 1, kind, prompt, seed, maxTokens, ...shared, lanes }, models });
  settings.update({ seedLocked: true, ...truncationOf(sampling) });
  const guided = settings.data.lanes[1];
  if (guided !== undefined && "ensemble" in strategy) {
    settings.updateLane(guided.id, { ensemble: strategy.ensemble, lambda: strategy.lambda });
  }
}

/** A ranking by one judge, or with caps, is a sweep's alone: the lane ranks by the judges' mean. */
function pointStrategy(plan: SweepPlan, { setting, rule }: SweepPoint): Strategy {
  const { strategy, weights, beta, n, lane } = settingsOf(plan)[setting]!;
  if (lane !== undefined) return lane.strategy;
  const ensemble = rule === null || rule.ensemble === "single" ? "mean" : rule.ensemble;
  switch (strategy) {
    case "base":
      return { id: strategy };
    case "genarm":
      return { id: strategy, beta, weights };
    case "vas":
    case "args":
      return { id: strategy, beta, weights, k: plan.k };
    case "bon":
    case "soft-bon":
    case "oracle-bon":
      // Hard best-of-N uses no beta; strength 1 keeps the rail's slider in its bounds.
      return { id: strategy, n, beta: beta === 0 ? 1 : beta, weights, ensemble, lambda: rule?.lambda ?? 0 };
    case "blockwise":
      return { id: strategy, ...FIRST_PLAN, ...plan.blocks, k: n, beta: 1, weights, ensemble, lambda: 0 };
    default:
      return strategy satisfies never;
  }
}

function truncationOf({ topK, topP, minP }: Sampling): Partial<SettingsData> {
  if (topK > 0) return { truncation: "top-k", topK };
  if (topP < 1) return { truncation: "top-p", topP };
  return minP > 0 ? { truncation: "min-p", minP } : { truncation: "none" };
}
