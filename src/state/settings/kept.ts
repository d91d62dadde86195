/** Where the settings of each world are kept over reloads. */
import * as v from "valibot";
import { parseSettings, type SettingsData } from "./settings-data.ts";
import type { KeptText } from "./tab-storage.ts";
import { worldSchema, type World } from "./worlds.ts";

const KEYS = { laboratory: "tiller.settings", chat: "tiller.chat" } as const satisfies Record<World, string>;
const WORLD_KEY = "tiller.world";

/** The world that the visitor was in last; null on a first visit. */
export function keptWorld(storage: KeptText | null): World | null {
  const read = v.safeParse(worldSchema, storage?.getItem(WORLD_KEY));
  return read.success ? read.output : null;
}

export function keepWorld(storage: KeptText | null, world: World): void {
  storage?.setItem(WORLD_KEY, world);
}

/** "none" on a first visit, "broken" where what is kept cannot be read. */
export function keptSettings(storage: KeptText | null, world: World): SettingsData | "none" | "broken" {
  const saved = storage?.getItem(KEYS[world]) ?? "";
  return saved === "" ? "none" : (parseSettings(saved) ?? "broken");
}

/** @param data null for a visitor who has set nothing yet */
export function keepSettings(storage: KeptText | null, world: World, data: SettingsData | null): void {
  storage?.setItem(KEYS[world], data === null ? "" : JSON.stringify(data));
}
