import { plural } from "../format.ts";
import type * as english from "../embed.ts";

export const embedPage: typeof english.embedPage = {
  title: "Tiller: ein Vergleich",
  prompt: "Prompt",
  lanes: "Spuren",
  recorded: "aufgezeichnet",
  live: "live auf diesem Gerät",
  play: "Aufzeichnung zeigen",
  again: "Noch einmal zeigen",
  run: "Auf diesem Gerät starten",
  stop: "Beenden",
  whole: "In Tiller öffnen",
  wholeTitle: "Öffnet diesen Vergleich in der ganzen Seite, in einem neuen Tab",
  chatOnly: "Das Chatmodell läuft in der ganzen Seite.",
  empty: "Nichts ist gewählt. Die Adresse dieses Rahmens nennt hinter „#“ eine Aufzeichnung oder einen geteilten Link.",
  refused: "Dieser Vergleich kann nicht gezeigt werden:",
  loading: "Die kleinen Modelle laden …",
  notRun: "Noch nicht geschrieben.",
  writing: (count) => `Schreibt ${plural(count, "Probe", "Proben")} …`,
};

export const embedDialog: typeof english.embedDialog = {
  title: "In eine Seite einbetten",
  about: {
    recording: "Das ist die Aufzeichnung auf dem Bildschirm, in einem Rahmen für eine Kursseite oder einen Artikel.",
    state: "Das sind die Einstellungen, wie sie jetzt sind, in einem Rahmen für eine Kursseite oder einen Artikel.",
    chat: "Das Chatmodell läuft nur in der ganzen Seite. Der Rahmen zeigt den Prompt und die Spuren und führt dorthin.",
  },
  code: "HTML zum Kopieren",
  hasLanguage: "Immer auf Deutsch, auch wenn der Browser eine andere Sprache hat",
  copy: "HTML kopieren",
  copied: "Das HTML ist kopiert.",
  shown: "Der Browser lässt diese Seite nicht kopieren. Das HTML aus dem Feld oben kopieren.",
  preview: "Vorschau",
  tooLong: "Dieser Prompt ist zu lang für einen Link. Er muss kürzer werden.",
  frameTitle: (prompt) => `Tiller vergleicht Antworten auf: ${prompt}`,
  thisMachine:
    "Diese Adresse gilt nur auf diesem Rechner. Die Seite dort öffnen, wo andere sie erreichen, dann kopieren.",
};
