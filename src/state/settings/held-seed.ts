/** A seed that somebody else chose: every run has it, whatever the visitor sets. */
import type { SettingsData } from "./settings-data.ts";

/** @param seed null leaves the settings as they are */
export function withSeed(data: SettingsData, seed: number | null): SettingsData {
  return seed === null ? data : { ...data, seed, seedLocked: true };
}
