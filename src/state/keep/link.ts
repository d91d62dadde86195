/**
 * Links: everything that decides a run, and how it is looked at, in the part of the address after `#`.
 *
 *   #1.<base64url of deflated JSON>        {version, settings, view, models}
 *
 * The part after `#` never leaves the browser, so a shared link tells no server what it holds. What comes in is
 * untrusted: sizes are bounded before anything is unpacked, and the settings pass the same schema as saved ones.
 */
import { deflateSync, inflateSync, strFromU8, strToU8 } from "fflate";
import * as v from "valibot";
import type { ModelRef } from "../../core/types.ts";
import { QUANTITIES, TEXT_VIEWS } from "../settings/prefs.svelte.ts";
import { checkSettings, type SettingsData } from "../settings/settings-data.ts";
import { readJson } from "../settings/untrusted.ts";

const PREFIX = "#1.";
/** Deflate unpacks to at most about 1000 times its size, so this bounds the work as well. */
const MAX_LINK = 16_000;
const MAX_JSON = 100_000;

const schema = v.strictObject({
  version: v.literal(1),
  settings: v.unknown(),
  view: v.strictObject({ quantity: v.picklist(QUANTITIES), textView: v.picklist(TEXT_VIEWS) }),
  /** `modelsMark` of the models that the sender had, null where none were loaded. */
  models: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/))),
});

export interface LinkState {
  readonly settings: SettingsData;
  readonly view: v.InferOutput<typeof schema>["view"];
  readonly models: string | null;
}

export type LinkReading =
  | { readonly type: "none" }
  | { readonly type: "broken"; readonly why: string }
  | { readonly type: "link"; readonly state: LinkState };

/** The part of the address from `#` on, or null when the prompt is too long for a link. */
export function writeLink(state: LinkState): string | null {
  const json = JSON.stringify({ version: 1, ...state });
  const hash = PREFIX + toBase64Url(deflateSync(strToU8(json), { level: 9 }));
  return hash.length > MAX_LINK ? null : hash;
}

/** Reads `location.hash`; another page's anchor is no link, a damaged link says what is wrong with it. */
export function readLink(hash: string): LinkReading {
  if (hash === "" || hash === "#") return { type: "none" };
  if (!hash.startsWith(PREFIX)) {
    return /^#\d+\./.test(hash) ? broken("it was made by a newer version of Tiller") : { type: "none" };
  }
  if (hash.length > MAX_LINK) return broken(`it has ${hash.length} characters, at most ${MAX_LINK} are read`);
  const json = unpack(hash.slice(PREFIX.length));
  if (json === null) return broken("it is cut off or damaged; copy the whole address");
  const reading = readJson(json);
  if (reading.type === "broken") return reading;
  const result = v.safeParse(schema, reading.value);
  if (!result.success) return broken(`it holds something unknown (${v.getDotPath(result.issues[0]) ?? "no settings"})`);
  const { settings: rawSettings, view, models } = result.output;
  const settings = checkSettings(rawSettings);
  if (settings === null) return broken("a setting in it is unknown or out of bounds");
  return { type: "link", state: { settings, view, models } };
}

/** A short mark of a set of models (32-bit FNV-1a over their hashes): tells other models, proves nothing. */
export function modelsMark(models: readonly ModelRef[]): string | null {
  if (models.length === 0) return null;
  let hash = 0x811c9dc5;
  for (const character of models.map(({ id, sha256 }) => `${id} ${sha256}\n`).join("")) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function broken(why: string): LinkReading {
  return { type: "broken", why };
}

function unpack(text: string): string | null {
  try {
    const json = inflateSync(fromBase64Url(text));
    return json.length > MAX_JSON ? null : strFromU8(json);
  } catch {
    return null;
  }
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(strFromU8(bytes, true)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array {
  return strToU8(atob(text.replaceAll("-", "+").replaceAll("_", "/")), true);
}
