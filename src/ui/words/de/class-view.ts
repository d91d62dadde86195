import type * as english from "../class-view.ts";
import { bytes, plural } from "../format.ts";

const handIns = (count: number): string => plural(count, "Abgabe", "Abgaben");
const files = (count: number): string => plural(count, "Datei", "Dateien");
const runs = (count: number): string => plural(count, "Lauf", "Läufe");
const predictions = (count: number): string => plural(count, "Vorhersage", "Vorhersagen");

export const figureKind: typeof english.figureKind = (of, name) => {
  switch (of) {
    case "kl":
      return "KL (nat)";
    case "perplexity":
      return "Perplexität";
    case "tokens":
      return "Tokens";
    case "forwards":
      return "Durchgänge je Token";
    case "reward":
      return `${name} nach dem Richter`;
    case "truth":
      return `${name} nach der Wahrheit`;
    default:
      return name;
  }
};

export const refusalText: typeof english.refusalText = ({ type, detail }) => {
  switch (type) {
    case "too-large":
      return `Sie hat ${bytes(Number(detail))}, mehr als eine Abgabe haben kann. Die Datei wählen, die „Abgeben“ gespeichert hat.`;
    case "not-json":
      return `Sie ist beschädigt oder keine Abgabe (${detail}). Die Datei noch einmal geben lassen.`;
    case "a-run":
      return "Sie ist ein einzelner Lauf und keine Abgabe. Auf der ersten Seite mit „Teilen“ öffnen.";
    case "not-a-hand-in":
      return "Sie ist keine Abgabe von Tiller.";
    case "other-version":
      return `Eine andere Version von Tiller hat sie gemacht (Version ${detail === "" ? "unbekannt" : detail} der Datei, diese Seite liest Version 1). Die neueste Seite öffnen.`;
    case "changed":
      return "Sie wurde nach dem Speichern verändert oder beschädigt: Die Prüfsumme passt nicht. Die Datei noch einmal geben lassen.";
    case "broken":
      return `Ihre Teile passen nicht zusammen (${detail}). Die Datei noch einmal geben lassen.`;
    case "too-many":
      return `Die Seite liest höchstens ${detail} Abgaben auf einmal. Zuerst einige entfernen.`;
    case "unreadable":
      return `Der Browser konnte sie nicht lesen (${detail}).`;
    case "bad-zip":
      return "Sie enthält keine Abgabe, oder sie ist kein Zip, das sich entpacken lässt.";
    default:
      return type satisfies never;
  }
};

export const classView: typeof english.classView = {
  title: "Abgaben einer Klasse",
  about:
    "Die Dateien wählen, die die Lernenden gespeichert haben. Die Seite zeigt, was sie vorhergesagt, geantwortet und laufen gelassen haben.",
  private: "Alles bleibt auf diesem Gerät. Nichts wird gesendet, und nichts wird behalten, wenn die Seite zu ist.",
  choose: "Dateien wählen",
  chooseFolder: "Einen Ordner wählen",
  drop: "Oder Dateien, einen Ordner oder ein Zip hierher ziehen.",
  reading: (done, total) => `Datei ${done} von ${total} wird gelesen …`,
  read: (count, refused, twice) =>
    [
      `${handIns(count)} gelesen.`,
      ...(refused === 0 ? [] : [`${files(refused)} abgelehnt.`]),
      ...(twice === 0 ? [] : [`${files(twice)} weggelassen, weil eine neuere derselben Person da ist.`]),
    ].join(" "),
  hideNames: "Die Namen verbergen",
  clear: "Alle entfernen",
  print: "Drucken",
  csv: "Vorhersagen und Antworten als CSV speichern",
  runsCsv: "Läufe als CSV speichern",
  refused: "Abgelehnte Dateien",
  twice: "Dateien derselben Person",
  twiceText: ({ file, kept, isSame }) =>
    isSame ? `${file} sagt dasselbe wie ${kept}.` : `${file} ist älter als ${kept}, und diese wurde behalten.`,
  who: "Wer was abgegeben hat",
  learner: "Person",
  learnerNumber: (count) => `Person ${count}`,
  file: "Datei",
  results: "Richtig, nah dran, anders",
  actions: "Zeigen oder entfernen",
  remove: "Entfernen",
  removeWho: (name) => `Entfernen: ${name}`,
  show: "Zeigen",
  showWho: (name) => `Zeigen: die Abgabe von ${name}`,
  close: "Diese Abgabe schließen",
  sheetOf: (name) => `Abgabe von ${name}`,
  nothing: "–",
  done: "abgeschlossen",
  handed: (report) => `${handIns(report.handed)}, ${report.done} abgeschlossen.`,
  origins: {
    same: "",
    other:
      "Diese Abgaben gehören zu einer anderen Version der Lektion als der dieser Seite. Sie werden getrennt gezählt.",
    unknown: "Diese Seite hat die Lektion nicht. Ihre Fragen stammen aus den Dateien.",
  },
  predicted: (count, missing) => (missing === 0 ? predictions(count) : `${predictions(count)}, ${missing} fehlen`),
  verdicts: (right, close, other, unjudged) =>
    `${right} richtig, ${close} nah dran, ${other} anders${unjudged === 0 ? "" : `, ${unjudged} offen`}`,
  recorded: "Aufzeichnung",
  recordedIs: (text) => `Aufzeichnung: ${text}`,
  median: (text) => `Median der Klasse: ${text}`,
  distribution: "Vorhersagen",
  search: "In den Antworten suchen",
  found: (count, of) => `${count} von ${of} Antworten`,
  noAnswers: "Niemand hat geantwortet.",
  unanswered: (count) => `${count} ohne Antwort.`,
  runs: (recording) => `Läufe (${recording})`,
  runsAbout: (own) =>
    `${plural(own, "eigener Lauf", "eigene Läufe")}. Ein hohles Zeichen ist die Aufzeichnung. Läufe mit denselben Zahlen teilen sich ein Zeichen, das mit ihrer Zahl wächst.`,
  runCount: runs,
  noRuns: "Niemand hat einen eigenen Lauf abgegeben.",
  across: "Quer",
  up: "Hoch",
  lane: "Spur",
  times: "Läufe",
  textOf: (name, lane) => `${name}, ${lane}`,
  noText: "Für den Text dieses Laufs war die Datei zu klein.",
  unfit: (count) => `${plural(count, "Spur", "Spuren")} ohne Zeichen: Eine Zahl ist nicht bestimmt.`,
};
