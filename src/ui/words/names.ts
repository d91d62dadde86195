/** Names of things as the visitor reads them. */
import type { JudgeId } from "../../core/judges.ts";
import { isObjective } from "../../core/push-ids.ts";
import type { SourceSpec } from "../../core/sources/spec.ts";
import type { Backend, Kind, ObjectiveId, PushId, StrategyId } from "../../core/types.ts";
import { signed } from "./format.ts";
import type { Quantity, TextView } from "../../state/settings/prefs.svelte.ts";
import type { Truncation } from "../../state/settings/settings-data.ts";
import { localized } from "./language.ts";

export const OBJECTIVE_NAMES: Readonly<Record<ObjectiveId, string>> = localized("names.OBJECTIVE_NAMES", {
  joy: "Joy",
  adventure: "Adventure",
  dialogue: "Dialogue",
  detail: "Detail",
  helpful: "Helpful",
  cautious: "Cautious",
});

/** A source is called what the visitor called it; a run that does not define it leaves its id. */
export const pushName = localized("names.pushName", (id: PushId, sources: readonly SourceSpec[] = []): string => {
  return isObjective(id) ? OBJECTIVE_NAMES[id] : (sources.find((spec) => spec.id === id)?.name ?? id);
});

/** "Joy +1.4", "Contrast +0.02": sources have finer sliders. */
export const weightText = localized(
  "names.weightText",
  (id: PushId, weight: number, sources: readonly SourceSpec[] = []): string => {
    return `${pushName(id, sources)} ${signed(weight, isObjective(id) ? 1 : 2)}`;
  },
);

const JUDGE_NAMES: Readonly<Record<JudgeId, string>> = {
  judge: "the careful judge",
  fallible: "five fallible judges",
};

/** Within a sentence. */
export const judgeName = localized("names.judgeName", (id: JudgeId): string => {
  return JUDGE_NAMES[id];
});

export const KIND_NAMES: Readonly<Record<Kind, string>> = localized("names.KIND_NAMES", {
  story: "Story",
  advice: "Advice",
});
export const STRATEGY_NAMES: Readonly<Record<StrategyId, string>> = localized("names.STRATEGY_NAMES", {
  base: "Plain sampling",
  genarm: "GenARM",
  vas: "Value-augmented sampling (VAS)",
  bon: "Best of N",
  "soft-bon": "Soft best of N",
  "oracle-bon": "Oracle best of N (ranks by the truth)",
  args: "Prefix scoring (ARGS)",
  blockwise: "Blockwise best of K",
});
export const QUANTITY_NAMES: Readonly<Record<Quantity, string>> = localized("names.QUANTITY_NAMES", {
  push: "push",
  probability: "probability",
  kl: "KL",
  entropy: "entropy",
});
export const TEXT_VIEW_NAMES: Readonly<Record<TextView, string>> = localized("names.TEXT_VIEW_NAMES", {
  text: "words",
  numbers: "+ numbers",
  table: "table",
});
export const TRUNCATION_NAMES: Readonly<Record<Truncation, string>> = localized("names.TRUNCATION_NAMES", {
  none: "whole vocabulary",
  "top-k": "top-k",
  "top-p": "top-p",
  "min-p": "min-p",
});
export const BACKEND_NAMES: Readonly<Record<Backend, string>> = localized("names.BACKEND_NAMES", {
  webgpu: "WebGPU",
  wasm: "WASM",
  cpu: "CPU",
});
