/**
 * Links: everything that decides a run, and how it is looked at, in the part of the address after `#`.
 *
 *   #2.<length><check>.<base64url of deflated JSON>        {version, settings, view, models}
 *   #1.<base64url of deflated JSON>                        the same without a check: written by older pages, still read
 *
 * The part after `#` never leaves the browser, so a shared link tells no server what it holds. What comes in is
 * untrusted: sizes are bounded before anything is unpacked, and the settings pass the same schema as saved ones.
 */
import { deflateSync, inflateSync, strFromU8, strToU8 } from "fflate";
import * as v from "valibot";
import { QUANTITIES, TEXT_VIEWS } from "../settings/prefs.svelte.ts";
import { checkSettings, type SettingsData } from "../settings/settings-data.ts";
import { worldSchema, type World } from "../settings/worlds.ts";
import { readJson } from "../settings/untrusted.ts";
import { LINK_DICTIONARY } from "./link-dictionary.ts";
import { slim } from "./slim.ts";
import { readLinkText, writeLinkText } from "./link-text.ts";

/** Deflate unpacks to at most about 1000 times its size, so this bounds the work as well. */
const MAX_LINK = 16_000;
const MAX_JSON = 100_000;

const schema = v.strictObject({
  version: v.literal(1),
  /** Absent for the laboratory, which every link of an older page meant. */
  world: v.optional(worldSchema, "laboratory"),
  settings: v.unknown(),
  view: v.strictObject({ quantity: v.picklist(QUANTITIES), textView: v.picklist(TEXT_VIEWS) }),
  /** `modelsMark` of the models that the sender had, null where none were loaded. */
  models: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/))),
});

export interface LinkState {
  readonly world: World;
  readonly settings: SettingsData;
  readonly view: v.InferOutput<typeof schema>["view"];
  readonly models: string | null;
}

export type LinkReading =
  | { readonly type: "none" }
  | { readonly type: "broken"; readonly why: string }
  | { readonly type: "link"; readonly state: LinkState };

const DICTIONARY = strToU8(LINK_DICTIONARY);

/** The part of the address from `#` on, or null when the prompt is too long for a link. */
export function writeLink(state: LinkState): string | null {
  const { world, settings, ...rest } = state;
  const own = world === "laboratory" ? {} : { world };
  const json = JSON.stringify({ version: 1, ...own, settings: slim(settings), ...rest });
  const hash = writeLinkText(deflateSync(strToU8(json), { level: 9, dictionary: DICTIONARY }));
  return hash.length > MAX_LINK ? null : hash;
}

/** Reads `location.hash`; another page's anchor is no link, a damaged link says what is wrong with it. */
export function readLink(hash: string): LinkReading {
  const text = readLinkText(hash, MAX_LINK);
  if (text.type !== "payload") return text;
  const json = unpack(text.bytes, text.version === 1 ? null : DICTIONARY);
  if (json === null) return broken("it is cut off or damaged. Copy the whole address.");
  const reading = readJson(json);
  if (reading.type === "broken") return reading;
  const result = v.safeParse(schema, reading.value);
  if (!result.success) return broken(`it holds something unknown (${v.getDotPath(result.issues[0]) ?? "no settings"})`);
  const { world, settings: rawSettings, view, models } = result.output;
  const settings = checkSettings(rawSettings);
  if (settings === null) return broken("a setting in it is unknown or out of bounds");
  return { type: "link", state: { world, settings, view, models } };
}

function broken(why: string): LinkReading {
  return { type: "broken", why };
}

function unpack(bytes: Uint8Array, dictionary: Uint8Array | null): string | null {
  try {
    const json = inflateSync(bytes, dictionary === null ? {} : { dictionary });
    return json.length > MAX_JSON ? null : strFromU8(json);
  } catch {
    return null;
  }
}
