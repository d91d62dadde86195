/** Settings as a link says them: what younger pages added is left out where it has its default, which reading fills in. */
import { defaultCombine } from "../settings/combine-data.ts";
import { defaultGate } from "../settings/persona-data.ts";
import type { LaneSettings, SettingsData } from "../settings/settings-data.ts";

/** In the order of the settings, which the link dictionary knows. */
export function slim(settings: SettingsData): unknown {
  const defaults: Partial<SettingsData> = { combine: defaultCombine(), personas: [], gate: defaultGate() };
  const own = Object.entries(settings).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(defaults[key as keyof SettingsData]),
  );
  return { ...Object.fromEntries(own), lanes: settings.lanes.map(slimLane) };
}

function slimLane({ combine, ...lane }: LaneSettings): unknown {
  return combine === null ? lane : { ...lane, combine };
}
