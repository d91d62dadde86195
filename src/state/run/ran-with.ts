/** The settings that a run came from, beside those that the sliders have moved to since. */
import type { LaneSettings, SettingsData } from "../settings/settings-data.ts";

const OWN = ["strength", "temperature", "weights", "n", "k", "ensemble", "lambda", "combine"] as const;
const RAIL = [
  "sources",
  "weights",
  "combine",
  "strength",
  "plausible",
  "temperature",
  "truncation",
  "topK",
  "topP",
  "minP",
  "n",
  "k",
] as const;

/** What weighs the tokens, as it was; prompt, seed, names and the lanes themselves stay as they are. */
export function weighedAs(ran: SettingsData, now: SettingsData): Partial<SettingsData> {
  const lanes = now.lanes.map((lane) => {
    const old = ran.lanes.find((each) => each.id === lane.id);
    return old === undefined ? lane : { ...lane, ...pick(old, OWN) };
  });
  return { ...pick(ran, RAIL), lanes };
}

/** The values that a lane must hold as its own to go on as it ran, whatever the rail says now. */
export function ownToKeep(id: string, ran: SettingsData, now: SettingsData): Partial<LaneSettings> {
  const [old, own] = [ran, now].map(({ lanes }) => lanes.find((lane) => lane.id === id));
  if (old === undefined || own === undefined) return {};
  const kept: Partial<LaneSettings> = {};
  const weights = old.weights ?? ran.weights;
  if (JSON.stringify(weights) !== JSON.stringify(own.weights ?? now.weights)) kept.weights = weights;
  for (const name of ["strength", "temperature", "n", "k"] as const) {
    const value = old[name] ?? ran[name];
    if (value !== (own[name] ?? now[name])) kept[name] = value;
  }
  return kept;
}

function pick<T, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  const picked: Partial<Pick<T, K>> = {};
  for (const name of names) picked[name] = from[name];
  // Every name was picked.
  return picked as Pick<T, K>;
}
