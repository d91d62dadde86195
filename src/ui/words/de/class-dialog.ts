import type { LoadReport } from "../../../../workers/protocol.ts";
import { MAX_CLASS_LINK, type Shortened } from "../../../state/classroom/draft.ts";
import type { FirstModelFacts } from "../../../state/hub/first-model.svelte.ts";
import type * as english from "../class-dialog.ts";
import { bytes, count, listed, plural } from "../format.ts";
import { LANGUAGE_NAMES } from "../locale.ts";
import { PART_NAMES } from "./classroom.ts";

const SHORTENED: Readonly<Record<Shortened, string>> = {
  prompt: "der Prompt",
  system: "der Systemprompt",
  turns: "die früheren Runden",
  sources: "die hinzugefügten Belohnungen",
  personas: "die eigenen Personas",
  gate: "die eigenen Beispielprompts",
  openings: "die Anfänge der Abzweigungen",
};
const DENSE_MODULES = 80;
const characters = (value: number): string => plural(value, "Zeichen", "Zeichen");

export const classDialog: typeof english.classDialog = {
  title: "Für eine Klasse teilen",
  what: "Was der Link öffnet",
  asItIs: "Die Seite, wie sie jetzt ist",
  lesson: (title) => `Lektion: ${title}`,
  shown: "Bedienelemente, die gezeigt werden",
  always: "Die Texte, die Taste zum Starten, Fehler, Lizenzen, Hilfe und der Ausweg sind immer da.",
  all: "Alle",
  none: "Keine",
  asLesson: "Wie in der Lektion",
  missed: (parts) =>
    `Ein Schritt der Lektion zeigt auf ${listed(parts.map((part) => PART_NAMES[part]))}. Dieser Link lässt das weg.`,
  more: "Für alle gleich",
  seed: (seed) => `Der Seed ist ${seed} und bleibt`,
  projector: "Für den Projektor: größere Schrift",
  language: "Sprache der Seite",
  ownLanguage: "Wie der Browser",
  languages: LANGUAGE_NAMES,
  model: "Modell",
  modelSays: (world, facts, report) => (world === "chat" ? chatText(facts) : laboratoryText(report)),
  atOnce: "Laden, sobald die Seite offen ist",
  waits: "Erst auf einen Klick laden",
  preview: "Was die Klasse sieht",
  result: "Link und QR-Code",
  link: "Link",
  qr: "QR-Code des Links",
  length: (length, modules) =>
    `${characters(length)} von höchstens ${count(MAX_CLASS_LINK)}.${
      modules > DENSE_MODULES ? " Der QR-Code ist fein: groß zeigen." : ""
    }`,
  copy: "Link kopieren",
  copied: "Der Link ist kopiert.",
  saveQr: "QR-Code als Bild speichern",
  tryIt: "In neuem Tab öffnen",
  thisMachine:
    "Diese Adresse gilt nur auf diesem Gerät. Die Seite unter der Adresse öffnen, die die Klasse verwendet, und den Link dort machen.",
  tooLong: (length) =>
    Number.isFinite(length)
      ? `Dieser Link hätte ${characters(length)}. Mehr als ${count(MAX_CLASS_LINK)} kommen nicht überall an.`
      : `Diese Einstellungen sind für jeden Link zu lang. ${count(MAX_CLASS_LINK)} Zeichen kommen überall an.`,
  shorten: (savings) =>
    `Was sich kürzen lässt: ${listed(savings.map(({ what, characters: size }) => `${SHORTENED[what]} (${characters(size)})`))}.`,
};

function chatText({ name, bytes: size, from }: FirstModelFacts): string {
  const sized = size === null ? name : `${name}, ${bytes(size)}`;
  return from === "server"
    ? `${sized}, von diesem Server. Jedes Gerät lädt es einmal. Die Aufzeichnungen laufen ohne es.`
    : `${sized}. Es liegt auf einem anderen Server. Jedes Gerät lädt es einmal, auf einen Klick. Die Aufzeichnungen laufen ohne es.`;
}

function laboratoryText(report: LoadReport | null): string {
  const isHere = report !== null && report.lineup === undefined;
  const total = isHere ? report.models.reduce((sum, model) => sum + model.bytes, 0) : null;
  const sized = total === null ? "" : `, ${bytes(total)}`;
  return `Die kleinen Modelle des Labors${sized}. Sie kommen mit der Seite und laden, sobald sie offen ist.`;
}
