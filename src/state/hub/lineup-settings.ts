/** Settings that fit models of the Hub: what needs the bundled reward models, their judge or their truth goes. */
import { sourceIds } from "../../core/push-ids.ts";
import { canWeigh, modelsAsked, POLICY } from "../../core/sources/spec.ts";
import presets from "../settings/presets.json" with { type: "json" };
import { LIMITS, newLane, noWeights, type LaneSettings, type SettingsData } from "../settings/settings-data.ts";

/** The parts of the settings that depend on which models are loaded. */
export type ModelSettings = Pick<SettingsData, "kind" | "prompts" | "maxTokens" | "sources" | "weights" | "lanes">;

/**
 * @param world whether the model that writes answers or continues a text
 * @param loaded ids of the models that sources may ask
 * @param context tokens of prompt and answer that all of them read; half of it is left to the prompt and its template
 */
export function settingsForLineup(
  data: SettingsData,
  world: "chat" | "base",
  loaded: readonly string[],
  context: number,
): ModelSettings {
  const { min, step } = LIMITS.maxTokens;
  const room = Math.max(min, step * Math.floor(context / 2 / step));
  const known = new Set([POLICY, ...loaded]);
  const sources = data.sources.filter((spec) => modelsAsked(spec).every((id) => known.has(id)));
  const isKept = new Set(sources.map(({ id }) => id));
  const bare = (weights: SettingsData["weights"]): SettingsData["weights"] => {
    const own = sourceIds(weights).filter((id) => isKept.has(id));
    return { ...noWeights(), ...Object.fromEntries(own.map((id) => [id, weights[id]])) };
  };
  // A branch begins with tokens of another vocabulary.
  const canStay = ({ strategy, opening }: LaneSettings): boolean =>
    opening === null &&
    (strategy === "base" || strategy === "genarm" || sources.some((spec) => canWeigh(strategy, spec))) &&
    strategy !== "oracle-bon";
  const kept = data.lanes.filter(canStay);
  const lanes = kept.length > 0 ? kept : [newLane("a", "base"), newLane("b", "genarm")];
  return {
    kind: "advice",
    prompts: { ...data.prompts, advice: promptFor(world, data.prompts.advice) },
    maxTokens: Math.min(data.maxTokens, room),
    sources,
    weights: bare(data.weights),
    lanes: lanes.map((lane) => (lane.weights === null ? lane : { ...lane, weights: bare(lane.weights) })),
  };
}

/** What the visitor wrote stays; a prompt that came with other models gives way to one for these. */
function promptFor(world: "chat" | "base", prompt: string): string {
  const others = Object.entries(presets).flatMap(([own, prompts]) => (own === world ? [] : prompts));
  return prompt === "" || others.includes(prompt) ? (presets[world][0] ?? prompt) : prompt;
}
