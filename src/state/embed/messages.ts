/**
 * The three messages between a page and the comparison that it embeds: load, run, state (docs/embed.md). What comes in is
 * untrusted: it is read as a whole or refused in words, and the words name no more than a little of what came.
 */
import * as v from "valibot";
import type { Backend } from "../../core/types.ts";

/** Of these messages. A field that changes its meaning makes it 2. */
export const MESSAGES_VERSION = 1;
/** Characters. */
export const MESSAGE_LIMITS = { id: 100, recording: 64, link: 20_000, trace: 20_000_000, fields: 8 } as const;
/** Of a foreign name in an answer, and of an answer. Characters. */
const SHOWN = 40;
const MAX_WHY = 300;

const text = (what: keyof typeof MESSAGE_LIMITS) =>
  v.pipe(
    v.string("must be a text"),
    v.maxLength(MESSAGE_LIMITS[what], `is longer than ${MESSAGE_LIMITS[what]} characters`),
  );
const head = {
  tiller: v.literal(MESSAGES_VERSION, `must be ${MESSAGES_VERSION}`),
  /** Comes back in the answer. */
  id: v.optional(text("id")),
};

const loadSchema = v.strictObject(
  {
    ...head,
    type: v.literal("load"),
    /** A recording that comes with Tiller, without ".json": "chat-story". */
    recording: v.optional(
      v.pipe(text("recording"), v.regex(/^[a-z0-9-]+$/, "may hold a to z, 0 to 9 and hyphens only")),
    ),
    /** The part of a shared link from # on. */
    link: v.optional(text("link")),
    /** The JSON text of a run that Tiller saved. */
    trace: v.optional(text("trace")),
  },
  "is no field of this message",
);
const runSchema = v.strictObject(
  {
    ...head,
    type: v.literal("run"),
    /** "live" computes on the visitor's device, "recorded" plays the recording again. */
    how: v.optional(v.picklist(["live", "recorded"], 'must be "live" or "recorded"'), "live"),
  },
  "is no field of this message",
);
const stateSchema = v.strictObject({ ...head, type: v.literal("state") }, "is no field of this message");
const schema = v.variant("type", [loadSchema, runSchema, stateSchema], 'must be "load", "run" or "state"');

export type EmbedMessage = v.InferOutput<typeof schema>;
/** What to load: one of three. */
export type Wanted =
  | { readonly recording: string }
  | { readonly link: string }
  /** JSON text of a saved run. */
  | { readonly trace: string };

/** One lane as a page outside sees it. */
export interface EmbedLane {
  readonly name: string;
  readonly text: string;
  readonly tokens: number;
  /** To plain sampling under the same settings, in nats; null while it is not known. */
  readonly kl: number | null;
}

export interface EmbedState {
  /** "empty": nothing is loaded; "ready": loaded, nothing ran; "loading": the models are on their way. */
  readonly phase: "empty" | "ready" | "loading" | "running" | "finished" | "stopped" | "failed";
  readonly source: "none" | "recorded" | "live";
  readonly prompt: string;
  readonly lanes: readonly EmbedLane[];
  /** Whether this comparison can run in the frame. */
  readonly canRun: boolean;
  /** Of the device that wrote the texts; null while nothing is shown. A recording names the device that wrote it. */
  readonly backend: Backend | null;
  readonly threads: number | null;
  /** Why the last load or run failed; null where it did not. */
  readonly error: string | null;
  /** Address of the whole page at this comparison. */
  readonly page: string;
}

/** What the frame sends: an answer with the id of its question, or news with the id null. */
export type EmbedAnswer =
  | { readonly tiller: 1; readonly type: "state"; readonly id: string | null; readonly state: EmbedState }
  | { readonly tiller: 1; readonly type: "refused"; readonly id: string | null; readonly why: string };

export type MessageReading =
  /** Of another program, or an answer: it gets none. */
  | { readonly type: "foreign" }
  | { readonly type: "refused"; readonly id: string | null; readonly why: string }
  | { readonly type: "message"; readonly message: EmbedMessage };

/** @param data as it came with a message event */
export function readMessage(data: unknown): MessageReading {
  if (typeof data !== "object" || data === null || Array.isArray(data) || !Object.hasOwn(data, "tiller")) {
    return { type: "foreign" };
  }
  const { tiller, type, id } = data as Readonly<Record<string, unknown>>;
  // Two frames that refuse each other's refusals would never end.
  if (type === "refused") return { type: "foreign" };
  const known = typeof id === "string" && id.length <= MESSAGE_LIMITS.id ? id : null;
  const refused = (why: string): MessageReading => ({ type: "refused", id: known, why });
  if (tiller !== MESSAGES_VERSION) return refused(versionTrouble(tiller));
  const fields = Object.keys(data).length;
  if (fields > MESSAGE_LIMITS.fields) {
    return refused(`the message has ${fields} fields, and a message has at most ${MESSAGE_LIMITS.fields}`);
  }
  const result = v.safeParse(schema, data);
  if (!result.success) return refused(troubleOf(result.issues[0]));
  const { output } = result;
  if (output.type === "load" && wantedOf(output) === null) {
    return refused('a message of type "load" names exactly one of "recording", "link" and "trace"');
  }
  return { type: "message", message: output };
}

/** @returns null where the message names none of the three, or several */
export function wantedOf({ recording, link, trace }: v.InferOutput<typeof loadSchema>): Wanted | null {
  const named = [
    recording === undefined ? [] : [{ recording }],
    link === undefined ? [] : [{ link }],
    trace === undefined ? [] : [{ trace }],
  ].flat();
  return named.length === 1 ? (named[0] ?? null) : null;
}

function versionTrouble(version: unknown): string {
  if (typeof version === "number" && version > MESSAGES_VERSION && Number.isFinite(version)) {
    return `the message has version ${version}, and this Tiller reads version ${MESSAGES_VERSION}; load a newer Tiller`;
  }
  return `"tiller" must be the number ${MESSAGES_VERSION}, the version of these messages`;
}

function troubleOf(issue: v.BaseIssue<unknown>): string {
  const path = issue.path?.map(({ key }) => String(key)).join(".") ?? "the message";
  return `"${shortened(path)}" ${issue.message}`;
}

/** Words that quote what came: few of them, and harmless also to a page that puts them into its markup. */
export function harmless(why: string): string {
  const cut = why.length > MAX_WHY ? `${why.slice(0, MAX_WHY)}…` : why;
  return cut.replaceAll(/[<>\p{Cc}\p{Cf}]/gu, "?");
}

/** Letters that can do no harm wherever the words are shown, and few of them. */
function shortened(name: string): string {
  const cut = name.length > SHOWN ? `${name.slice(0, SHOWN)}…` : name;
  return cut.replaceAll(/[^\w .…-]/g, "?");
}
