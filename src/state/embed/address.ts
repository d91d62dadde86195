/**
 * The address of the embedded page: embed.html?lang=de&theme=dark&origin=https://course.example#play-chat-story
 *
 *   #play-NAME    a recording that comes with Tiller: NAME.json in the folder public/examples
 *   #2.…          the state of a shared link
 */
import type { Theme } from "../settings/prefs.svelte.ts";
import { MESSAGE_LIMITS, type Wanted } from "./messages.ts";

const PLAY = "#play-";

/** @returns what the address asks for; null where it asks for nothing */
export function wantedIn(hash: string): Wanted | null {
  if (hash.startsWith(PLAY)) return { recording: recordingIn(hash) };
  return hash.length > 1 ? { link: hash } : null;
}

export function playAddress(recording: string): string {
  return PLAY + recording;
}

/** Without what a mail program put behind it. */
function recordingIn(hash: string): string {
  return /^[a-z0-9-]*/.exec(hash.slice(PLAY.length))?.[0].slice(0, MESSAGE_LIMITS.recording) ?? "";
}

export interface EmbedQuery {
  readonly theme: Theme;
  /** The one origin whose messages are followed; null follows any page that shows the frame. */
  readonly origin: string | null;
}

export function embedQuery(search: string): EmbedQuery {
  const query = new URLSearchParams(search);
  const theme = query.get("theme");
  const origin = query.get("origin");
  return { theme: theme === "light" || theme === "dark" ? theme : "auto", origin: origin === "" ? null : origin };
}
