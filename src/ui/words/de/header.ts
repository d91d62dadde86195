import type { Theme } from "../../../state/settings/prefs.svelte.ts";
import type * as english from "../header.ts";

const THEMES: Readonly<Record<Theme, string>> = {
  auto: "Farben: wie das System",
  light: "Farben: hell",
  dark: "Farben: dunkel",
};

export const header: typeof english.header = {
  brand: ["t", "i", "ller"],
  views: "Ansichten",
  playground: "Spielwiese",
  sweep: "Messreihe",
  lens: "Lupe",
  lessons: "Lektionen",
  tools: "Teilen, Anzeige und Hilfe",
  theme: (theme) => THEMES[theme],
  projector: "Projektormodus",
  projectorTitle: "Projektormodus: größere Schrift, zwei Spuren",
  help: "Tasten und Begriffe",
  helpTitle: "Tasten und Begriffe (?)",
  language: "Sprache",
  languageTitle: "Sprache / Language",
  languageHint:
    "Die Seite wird neu geladen. Einstellungen und gespeicherte Läufe bleiben, ein nicht gespeicherter Lauf geht verloren.",
  languageBusy: "Die Sprache lässt sich wechseln, wenn nichts läuft.",
  modelLanguage:
    "Für die Modelle gilt das nicht: Die kleinen schreiben Englisch. Prompts deshalb auf Englisch schreiben. Ein Name mit Akzent kann sie in eine andere Sprache führen; ohne Akzent bleiben sie beim Englischen.",
};

export const shareMenu: typeof english.shareMenu = {
  title: "Teilen und sichern",
  link: "Einen Link kopieren",
  linkHint: "Der Link enthält den Prompt, die Regler, die Spuren und den Seed. Nichts geht an einen Server.",
  classLink: "Für eine Klasse teilen",
  classHint: "Ein Link, der nur zeigt, was die Klasse braucht, mit QR-Code.",
  embed: "Einbetten",
  embedHint: "HTML, das diesen Vergleich in einem Rahmen einer Kursseite oder eines Artikels zeigt.",
  saved: "Gespeicherte Läufe",
  savedHint: "Läufe unter einem Namen in diesem Browser behalten und wieder öffnen.",
  file: "Als Datei sichern",
  fileHint: "Der Lauf mit jedem Token und jeder Zahl. Er spielt ohne Modelle ab.",
  open: "Eine Datei öffnen",
  openHint: "Ein Lauf, den Tiller gesichert hat. Die eigenen Einstellungen bleiben, wie sie sind.",
  table: "Als Tabelle kopieren",
  tableHint: "Die Zahlen und Texte der Spuren, in Markdown.",
  csv: "Zahlen sichern (CSV)",
  csvHint: "Dieselben Zahlen, nicht gerundet, für eine Tabellenkalkulation.",
  picture: "Ein Bild sichern",
  pictureHint: "Die Spuren mit ihren Farben, als PNG.",
  copyPicture: "Das Bild kopieren",
  svg: "Als SVG sichern",
};

export const plainHttp: typeof english.plainHttp = {
  text: "Diese Seite kam über einfaches http. Browser geben ihr dann kein WebGPU, nur einen Thread, keine Zwischenablage und keine Nutzung ohne Netz. Die Modelle laufen trotzdem, aber langsamer. Für alles die Seite über https öffnen, oder auf localhost an dem Rechner, der sie anbietet.",
  goOn: "Mit http weitermachen",
};
