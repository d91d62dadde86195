/** The settings of a lesson: what its file names, over the defaults of its world. */
import { checkSettings, newLane, noWeights, type SettingsData } from "../settings/settings-data.ts";
import { defaultsOf, type World } from "../settings/worlds.ts";

interface Named {
  readonly world: World;
  readonly settings: unknown;
}

/**
 * @param step what a step of the lesson names on top
 * @returns null where a setting is unknown or out of bounds. The seed is always kept, so that a class sees one text.
 */
export function lessonSettings({ world, settings }: Named, step: unknown): SettingsData | null {
  if (!isRecord(settings) || !isRecord(step)) return null;
  const [own, later] = [settings, step];
  const base = defaultsOf(world);
  const merged: Record<string, unknown> = { ...base, ...own, ...later, seedLocked: true };
  merged["prompts"] = { ...base.prompts, ...part(own, "prompts"), ...part(later, "prompts") };
  // Weights belong to sources: a lesson with sources of its own has none of the defaults'.
  const hasOwnSources = "sources" in own || world === "laboratory";
  const weights = { ...(hasOwnSources ? noWeights() : base.weights), ...part(own, "weights") };
  merged["weights"] = { ...weights, ...part(later, "weights") };
  merged["lanes"] = wholeLanes(merged["lanes"]);
  return checkSettings(merged);
}

/** A lane in a file names only what differs from a new lane. */
function wholeLanes(lanes: unknown): unknown {
  if (!Array.isArray(lanes)) return lanes;
  return lanes.map((lane: unknown) => {
    if (!isRecord(lane)) return lane;
    const weights = isRecord(lane["weights"]) ? { weights: { ...noWeights(), ...lane["weights"] } } : {};
    return { ...newLane("x", "base"), ...lane, ...weights };
  });
}

function part(from: Record<string, unknown>, key: string): Record<string, unknown> {
  const found = from[key];
  return isRecord(found) ? found : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
