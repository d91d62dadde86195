/** The visitor's own settings while a lesson has the page: they come back when it is left, also after its tab was closed. */
import * as v from "valibot";
import { keepSettings, keepWorld } from "../settings/kept.ts";
import { checkSettings, type SettingsData } from "../settings/settings-data.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import type { KeptText } from "../settings/tab-storage.ts";
import { readJson } from "../settings/untrusted.ts";
import { worldSchema, type World } from "../settings/worlds.ts";

const KEY = "tiller.before-lesson";
const schema = v.strictObject({ world: worldSchema, settings: v.unknown(), isUntouched: v.boolean() });

interface Before {
  readonly world: World;
  readonly settings: SettingsData;
  /** The visitor had set nothing yet, so recordings still bring their settings. */
  readonly isUntouched: boolean;
}

/** What was kept before stays: a lesson that follows another, or a reload, must not take the first one's settings for own. */
export function keepBefore(
  storage: KeptText | null,
  { world, data, isUntouched }: Pick<Settings, "world" | "data" | "isUntouched">,
): void {
  if (kept(storage) === null) storage?.setItem(KEY, JSON.stringify({ world, settings: data, isUntouched }));
}

/**
 * Keeps them as the visitor's settings again, once. A page that opens without a lesson does so before its settings are read.
 * @returns null where no lesson borrowed the page
 */
export function restoreBefore(storage: KeptText | null): Before | null {
  const before = kept(storage);
  if (before === null) return null;
  storage?.setItem(KEY, "");
  keepSettings(storage, before.world, before.isUntouched ? null : before.settings);
  keepWorld(storage, before.world);
  return before;
}

function kept(storage: KeptText | null): Before | null {
  const text = storage?.getItem(KEY) ?? "";
  if (text === "") return null;
  const reading = readJson(text);
  const result = reading.type === "json" ? v.safeParse(schema, reading.value) : null;
  if (result?.success !== true) return null;
  const settings = checkSettings(result.output.settings);
  return settings === null ? null : { ...result.output, settings };
}
