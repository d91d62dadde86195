/** Words of the header: the views, the buttons at its end, and the menu for sharing. */
import type { Theme } from "../../state/settings/prefs.svelte.ts";
import { localized } from "./language.ts";

const THEMES: Readonly<Record<Theme, string>> = {
  auto: "Theme: as the system",
  light: "Theme: light",
  dark: "Theme: dark",
};

export const header = localized("header.header", {
  /** The second part stands out. */
  brand: ["t", "i", "ller"],
  views: "Views",
  playground: "Playground",
  sweep: "Sweep",
  lens: "Lens",
  lessons: "Lessons",
  tools: "Share, display and help",
  theme: (theme: Theme) => THEMES[theme],
  projector: "Projector mode",
  projectorTitle: "Projector mode: larger type, two lanes",
  help: "Keys and words",
  helpTitle: "Keys and words (?)",
  language: "Language",
  /** In both languages, for whoever cannot read the one that is shown. */
  languageTitle: "Language / Sprache",
  languageHint: "The page is loaded again. Settings and saved runs stay, and a run that is not saved goes.",
  languageBusy: "The language can be changed when nothing runs.",
  modelLanguage:
    "The models are another matter: the small ones write English, so prompts should be English. A name with an accent can lead them into another language; without the accent they keep to English.",
});

export const shareMenu = localized("header.shareMenu", {
  title: "Share and save",
  link: "Copy a link",
  linkHint: "The link holds the prompt, the sliders, the lanes and the seed. Nothing is sent to a server.",
  classLink: "Share for a class",
  classHint: "A link that shows just the controls that the class needs, with its QR code.",
  embed: "Embed",
  embedHint: "HTML that shows this comparison in a frame of a course page or an article.",
  saved: "Saved runs",
  savedHint: "Keep runs in this browser under a name, and open them again.",
  file: "Save as a file",
  fileHint: "The run with every token and number. It replays without models.",
  open: "Open a file",
  openHint: "A run that Tiller saved. Your settings stay as they are.",
  table: "Copy as a table",
  tableHint: "The numbers and texts of the lanes, in Markdown.",
  csv: "Save figures (CSV)",
  csvHint: "The same numbers, not rounded, for a spreadsheet.",
  picture: "Save a picture",
  pictureHint: "The lanes with their colours, as PNG.",
  copyPicture: "Copy the picture",
  svg: "Save it as SVG",
});

export const plainHttp = localized("header.plainHttp", {
  text: "This page came over plain http. Browsers then give it no WebGPU, one processor thread, no clipboard and no use without a network. The models still run, but slower. To have the rest, open the page over https, or at localhost on the machine that serves it.",
  goOn: "Go on over http",
});
