/** Which models a visitor chose last, so that a reload brings them back; kept as text, with the settings of the bundled ones. */
import * as v from "valibot";
import type { ModelWish } from "../../../workers/protocol.ts";
import { checkSettings, type SettingsData } from "../settings/settings-data.ts";
import type { KeptText } from "../settings/tab-storage.ts";
import { readJson } from "../settings/untrusted.ts";

const KEY = "tiller models";

const Url = v.pipe(v.string(), v.regex(/^https?:\/\/[^\s?#]+\/$/));
const Id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w.-]*(\/[\w.-]+)?$/));
const Address = v.variant("kind", [
  v.strictObject({ kind: v.literal("hub"), id: Id, mirror: v.nullable(Url) }),
  v.strictObject({ kind: v.literal("served"), id: Id, base: Url }),
]);
const Record = v.strictObject({
  wishes: v.array(
    v.strictObject({ address: Address, dtype: v.nullable(v.picklist(["fp32", "fp16", "q4", "q4f16", "q8"])) }),
  ),
  before: v.unknown(),
});

export interface LastModels {
  /** The one that writes first; none where a folder was among them, which only the visitor can open again. */
  readonly wishes: readonly ModelWish[];
  /** Settings for the way back to the bundled models. */
  readonly before: SettingsData;
}

export function writeLastModels(storage: KeptText | null, last: LastModels | null): void {
  const isWhole = last?.wishes.every(({ address }) => address.kind !== "folder") ?? false;
  const kept = last === null || isWhole ? last : { ...last, wishes: [] };
  storage?.setItem(KEY, JSON.stringify(kept));
}

/** Storage is untrusted: what cannot be read is nothing. */
export function readLastModels(storage: KeptText | null): LastModels | null {
  const text = storage?.getItem(KEY) ?? null;
  const reading = text === null ? null : readJson(text);
  const parsed = reading?.type === "json" ? v.safeParse(Record, reading.value) : null;
  if (parsed?.success !== true) return null;
  const before = checkSettings(parsed.output.before);
  return before === null ? null : { wishes: parsed.output.wishes, before };
}
