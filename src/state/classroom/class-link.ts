/**
 * What a class link says about the page, in the query before `#`:
 *
 *   ?class=1-<check>&hide=sampling,seed&seed=94&lang=de&look=projector&model=ID&load=now#lesson-strength
 *
 * `class` is there where the page wrote the link: a version, and a check over everything else, so that a damaged link is
 * refused whole. Without it the same words may be typed by hand. Words of other programs, such as `fbclid`, are left alone.
 * What comes in is untrusted, and is used as a whole or not at all.
 */
import * as v from "valibot";
import { textOfBytes } from "../keep/byte-text.ts";
import { fnv1a } from "../keep/fnv1a.ts";
import { readLinkText } from "../keep/link-text.ts";
import { lessonInAddress } from "../lessons/address.ts";
import { KEPT_PARTS, PARTS, type Part } from "../lessons/parts.ts";
import { LIMITS } from "../settings/settings-data.ts";

/** What may be left out of the page. */
export const HIDEABLE: readonly Part[] = PARTS.filter((part) => !KEPT_PARTS.includes(part));
export const CLASS_LANGUAGES = ["en", "de"] as const;
const MAX_VALUE = 400;
const MAX_STATE = 16_000;
const VERSION = 1;

export interface ClassLink {
  /** Parts that are left out; null leaves it to the lesson. */
  readonly hide: readonly Part[] | null;
  /** The seed that every run has; null leaves it free. */
  readonly seed: number | null;
  readonly lang: (typeof CLASS_LANGUAGES)[number] | null;
  readonly look: "projector" | null;
  /** Id of a model that the page's server carries. */
  readonly model: string | null;
  /** Whether models that the server carries come at once or on a click; null leaves it to the page. */
  readonly load: "now" | "click" | null;
}
export type ClassKey = keyof ClassLink;

/** In the order in which they are written and checked. */
export const CLASS_KEYS = ["hide", "seed", "lang", "look", "model", "load"] as const satisfies readonly ClassKey[];
const MARK = "class";

export type ClassTrouble =
  | { readonly code: "damaged" }
  | { readonly code: "newer"; readonly version: string }
  | { readonly code: "twice"; readonly key: string }
  | { readonly code: "too-long"; readonly key: string; readonly length: number; readonly bound: number }
  | { readonly code: "unknown"; readonly key: ClassKey; readonly value: string };

export type ClassReading =
  | { readonly type: "none" }
  | { readonly type: "broken"; readonly trouble: ClassTrouble }
  | { readonly type: "class"; readonly link: ClassLink };

const schema = v.object({
  hide: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => (text === "" ? [] : text.split(","))),
      v.array(v.picklist(HIDEABLE)),
    ),
  ),
  seed: v.optional(v.pipe(v.string(), v.regex(/^\d{1,10}$/), v.transform(Number), v.maxValue(LIMITS.seed.max))),
  // "de-CH" asks for German.
  lang: v.optional(
    v.pipe(
      v.string(),
      v.transform((tag) => (/^([a-z]{2})(?:[-_][a-z0-9]{2,8})*$/i.exec(tag)?.[1] ?? tag).toLowerCase()),
      v.picklist(CLASS_LANGUAGES),
    ),
  ),
  look: v.optional(v.picklist(["projector"])),
  model: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w.-]{0,95}$/))),
  load: v.optional(v.picklist(["now", "click"])),
});

/** @param hash the rest of the address from `#` on: the check belongs to it too. @returns the query, from `?` on */
export function writeClassLink(link: ClassLink, hash: string): string {
  const values = new Map<string, string>();
  for (const key of CLASS_KEYS) {
    const value = link[key];
    if (value !== null) values.set(key, typeof value === "object" ? value.join(",") : String(value));
  }
  // Every value is made of letters that stand in a query as they are.
  const own = Array.from(values, ([key, value]) => `&${key}=${value}`).join("");
  return `?${MARK}=${VERSION}-${checkOf(values, hash)}${own}`;
}

export function readClassLink(search: string, hash: string): ClassReading {
  const values = new Map<string, string>();
  for (const [written, value] of new URLSearchParams(search)) {
    // Mail programs write "&amp;" for "&".
    const key = written.replace(/^(amp;)+/, "");
    if (key !== MARK && !isKey(key)) continue;
    if (values.has(key)) return broken({ code: "twice", key });
    if (value.length > MAX_VALUE) return broken({ code: "too-long", key, length: value.length, bound: MAX_VALUE });
    values.set(key, value);
  }
  if (values.size === 0) return { type: "none" };
  const mark = values.get(MARK);
  if (mark !== undefined) {
    const [, version, check] = /^(\d{1,9})-([0-9a-f]{8})$/.exec(mark) ?? [];
    if (version === undefined) return broken({ code: "damaged" });
    if (Number(version) !== VERSION) return broken({ code: "newer", version });
    if (check !== checkOf(values, hash)) return broken({ code: "damaged" });
  }
  return readValues(values);
}

/** The query without what a class link says, from `?` on or empty: the way out of a class. */
export function withoutClassLink(search: string): string {
  const others = Array.from(new URLSearchParams(search)).filter(([written]) => {
    const key = written.replace(/^(amp;)+/, "");
    return key !== MARK && !isKey(key);
  });
  return others.length === 0 ? "" : `?${new URLSearchParams(others).toString()}`;
}

function readValues(values: ReadonlyMap<string, string>): ClassReading {
  const result = v.safeParse(schema, Object.fromEntries(CLASS_KEYS.flatMap((key) => pair(key, values.get(key)))));
  if (!result.success) {
    const [{ path, input }] = result.issues;
    const key = CLASS_KEYS.find((each) => each === path?.[0]?.key) ?? "hide";
    return broken({ code: "unknown", key, value: String(input) });
  }
  const { hide = null, seed = null, lang = null, look = null, model = null, load = null } = result.output;
  return { type: "class", link: { hide: hide === null ? null : [...new Set(hide)], seed, lang, look, model, load } };
}

function pair(key: ClassKey, value: string | undefined): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[key, value]];
}

function isKey(key: string): key is ClassKey {
  return CLASS_KEYS.some((each) => each === key);
}

function checkOf(values: ReadonlyMap<string, string>, hash: string): string {
  const own = CLASS_KEYS.flatMap((key) => (values.has(key) ? [`${key}=${values.get(key)}\n`] : []));
  return fnv1a(own.join("") + placeOf(hash))
    .toString(16)
    .padStart(8, "0");
}

/** What the part after `#` opens, whatever a mail program put behind it. */
function placeOf(hash: string): string {
  const lesson = lessonInAddress(hash);
  if (lesson !== null) return `lesson ${lesson}`;
  const text = readLinkText(hash, MAX_STATE);
  return text.type === "payload" ? `state ${textOfBytes(text.bytes)}` : text.type;
}

function broken(trouble: ClassTrouble): ClassReading {
  return { type: "broken", trouble };
}
