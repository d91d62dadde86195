/** The lanes of the playground as a sweep: the same lanes over many prompts and seeds. */
import { rowsOf } from "../../core/rows.ts";
import type { SweepPlan, SweepSetting } from "../../core/sweep.ts";
import type { LaneRequest } from "../../core/types.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import type { LaneSettings, SettingsData } from "../settings/settings-data.ts";
import { laneRequest, toRequest } from "../settings/to-request.ts";
import { promptsOf } from "../settings/worlds.ts";
import prompts from "./repeat-prompts.json" with { type: "json" };

/** What one press asks for. */
export const REPEAT = { prompts: 10, seeds: 5 } as const;

/** Without branches, which begin with words of one prompt. */
export function repeatable({ lanes }: Pick<SettingsData, "lanes">): LaneSettings[] {
  return lanes.filter(({ opening }) => opening === null);
}

/** The conversation before the prompt is left out too. null where every lane is a branch. */
export function planOfLanes(shared: Omit<SweepPlan, "kind" | "waves">, rail: SettingsData): SweepPlan | null {
  const lanes = repeatable(rail).map((lane) => settingOf(laneRequest(rail, lane)));
  if (lanes.length === 0) return null;
  const { sources, system } = toRequest(rail);
  return {
    ...shared,
    kind: rail.kind,
    ...(sources !== undefined && { sources }),
    ...(system !== undefined && { system }),
    waves: [lanes],
  };
}

function settingOf(lane: LaneRequest): SweepSetting {
  const { strategy } = lane;
  if (strategy.id === "base") return { strategy: "base", weights: {}, beta: 0, n: 0, lane };
  const { id, weights, beta } = strategy;
  const usesBeta = id !== "bon" && id !== "oracle-bon" && id !== "blockwise";
  const n = id === "genarm" || id === "vas" ? 0 : rowsOf(strategy);
  return { strategy: id, weights, beta: usesBeta ? beta : 0, n, lane };
}

/** What one press fills in. */
interface RepeatedForm {
  axis: "lanes";
  presets: string[];
  typed: string;
  seeds: number;
  maxTokens: number;
}

/** The lanes shown, over the prompt shown and nine more, with five seeds. */
export function repeatForm({ data, writing }: Pick<Settings, "data" | "writing">): RepeatedForm {
  const own = data.prompts[data.kind].replaceAll(/\s+/g, " ").trim();
  const first = own === "" ? [] : [own];
  const all = [...new Set([...first, ...promptsOf(writing), ...prompts[writing]])].slice(0, REPEAT.prompts);
  const presets = promptsOf(writing).filter((preset) => all.includes(preset));
  const typed = all.filter((prompt) => !presets.includes(prompt)).join("\n");
  return { axis: "lanes", presets, typed, seeds: REPEAT.seeds, maxTokens: data.maxTokens };
}
