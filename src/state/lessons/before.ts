/** The visitor's own settings while a lesson has the page: they come back when it is left, also after its tab was closed. */
import * as v from "valibot";
import { keepSettings, keepWorld } from "../settings/kept.ts";
import { checkSettings, type SettingsData } from "../settings/settings-data.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import type { KeptText } from "../settings/tab-storage.ts";
import { readJson } from "../settings/untrusted.ts";
import { worldSchema, type World } from "../settings/worlds.ts";

const KEY = "tiller.before-lesson";
const schema = v.strictObject({ world: worldSchema, settings: v.unknown() });

interface Before {
  readonly world: World;
  readonly settings: SettingsData;
}

/** What was kept before stays: a lesson that follows another, or a reload, must not take the first one's settings for own. */
export function keepBefore(storage: KeptText | null, { world, data }: Pick<Settings, "world" | "data">): void {
  if (kept(storage) === null) storage?.setItem(KEY, JSON.stringify({ world, settings: data }));
}

/** Takes them back, once. */
export function settingsBefore(storage: KeptText | null): Before | null {
  const before = kept(storage);
  if (before !== null) storage?.setItem(KEY, "");
  return before;
}

/** For a page that opens without a lesson, before its settings are read. */
export function restoreBefore(storage: KeptText | null): void {
  const before = settingsBefore(storage);
  if (before === null) return;
  keepSettings(storage, before.world, before.settings);
  keepWorld(storage, before.world);
}

function kept(storage: KeptText | null): Before | null {
  const text = storage?.getItem(KEY) ?? "";
  if (text === "") return null;
  const reading = readJson(text);
  const result = reading.type === "json" ? v.safeParse(schema, reading.value) : null;
  if (result?.success !== true) return null;
  const settings = checkSettings(result.output.settings);
  return settings === null ? null : { world: result.output.world, settings };
}
