/** Words of embed.html, and of the dialog that makes its address. */
import { plural } from "./format.ts";
import { localized } from "./language.ts";

export const embedPage = localized("embed.embedPage", {
  title: "Tiller: a comparison",
  prompt: "Prompt",
  lanes: "Lanes",
  recorded: "recorded",
  live: "live on this device",
  play: "Play the recording",
  again: "Play again",
  run: "Run it on this device",
  stop: "Stop",
  whole: "Open in Tiller",
  wholeTitle: "Opens this comparison in the whole page, in a new tab",
  chatOnly: "The chat model runs in the whole page.",
  empty: "Nothing is chosen. The address of this frame names a recording or a shared link after “#”.",
  refused: "This comparison cannot be shown:",
  loading: "Loading the small models …",
  notRun: "Not written yet.",
  writing: (count: number) => `Writing ${plural(count, "sample")} …`,
});

export const embedDialog = localized("embed.embedDialog", {
  title: "Embed in a page",
  about: {
    recording: "This is the recording on the screen, in a frame for a course page or an article.",
    state: "These are the settings as they stand, in a frame for a course page or an article.",
    chat: "The chat model runs in the whole page only. The frame shows the prompt and the lanes, and leads there.",
  },
  code: "HTML to copy",
  hasLanguage: "Always in English, whatever the reader’s browser speaks",
  copy: "Copy the HTML",
  copied: "The HTML is copied.",
  shown: "The browser does not let this page copy. Copy the HTML from the box above.",
  preview: "Preview",
  tooLong: "This prompt is too long for a link. Shorten it.",
  frameTitle: (prompt: string) => `Tiller compares answers to: ${prompt}`,
  thisMachine: "This address is of this machine only. Open the page where others can reach it, then copy.",
});
