/** What the bar above the lanes says after something was copied, opened or saved. */
import type { Notice } from "../../state/keep/share.svelte.ts";
import { localized } from "./language.ts";

export const notices = localized("notices.notices", {
  link: "Link",
  back: "Back to my settings",
  close: "Close this note",
});

export const NOTICE_WORDS: Readonly<Record<Notice["type"], string>> = localized("notices.NOTICE_WORDS", {
  "link-copied": "The link is copied. It does not hold slider moves made during a run; a saved run does.",
  "link-shown": "The browser does not let this page copy. Copy the link from here:",
  "link-too-long": "This prompt is too long for a link. Save the run as a file instead.",
  "link-opened": "These settings came with a link. Your own settings are kept until you change something.",
  "link-broken": "The link cannot be read:",
  "other-models": "The link was made with other models than those loaded here. The texts may differ from the sender’s.",
  "file-saved": "Saved as",
  "file-broken": "That file cannot be opened:",
  "text-copied": "Copied.",
  "copy-refused": "The browser does not let this page copy. Save the figures as CSV instead.",
  "code-missing": "A part of the page could not be downloaded. Check the connection, then load the page again.",
  "picture-refused": "The browser does not let this page copy pictures. Save the picture instead.",
});
