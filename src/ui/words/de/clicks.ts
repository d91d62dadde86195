import type { Like } from "../../../core/clicks/likes.ts";
import type { Measure } from "../../../state/clicks/session.ts";
import type * as english from "../clicks.ts";
import { count, fixed, plural, seconds, signed } from "../format.ts";
import { shownName } from "./shown-names.ts";

export const tasteChip: typeof english.tasteChip = "Mein Geschmack …";

const shown = ({ text, isCut }: { readonly text: string; readonly isCut: boolean }): string =>
  isCut ? `${text} …` : text;
const choices = (value: number): string => plural(value, "Wahl", "Wahlen");

export const clicks: typeof english.clicks = {
  title: "Mein Geschmack",
  intro:
    "Das Modell auf diesem Gerät schreibt Antworten. Je zwei stehen nebeneinander, und die bessere wird gewählt. Daraus lernt die Seite, was gefällt, und stellt danach die Regler der gelernten Belohnungen. Fünfzig Wahlen sind ein guter Anfang. Die Wahlen bleiben auf diesem Gerät.",
  prompts: "Eigene Prompts",
  promptsHint: "Einer pro Zeile. Sie werden zuerst beantwortet, danach einige der Prompts, die mit der Seite kommen.",
  start: "Antworten schreiben",
  more: "Mehr Antworten schreiben",
  cancel: "Schreiben beenden",
  loading: "Zuerst muss das Modell kommen.",
  barLabel: "Antworten werden geschrieben",
  busy: "Das Modell tut währenddessen nichts anderes. Zwischen den Antworten, die da sind, lässt sich schon wählen.",
  waiting: "Das erste Paar kommt gleich.",
  question: "Welche Antwort gefällt besser?",
  prompt: "Prompt",
  left: "Links",
  right: "Rechts",
  same: "Gleich",
  undo: "Zurück",
  keys: "Tasten: ← links, → rechts, ↓ gleich, Rücktaste zurück.",
  none: "Alle Paare, die es gibt, sind gesehen. Mehr Antworten schreiben lassen, oder auf sie warten.",
  export: "Wahlen exportieren (JSONL)",
  startOver: "Neu anfangen",
  surely: "Alle Wahlen und Antworten löschen?",
  delete: "Löschen",
  keep: "Behalten",
  answerLabel: (side) => `Antwort ${side.toLowerCase()}`,
  count: (clicked, left) => `${choices(clicked)} · noch ${plural(left, "neues Paar", "neue Paare")}`,
  announce: (number, left, right) =>
    `Paar ${count(number)}. Prompt: ${left.prompt} Links: ${shown(left)} Rechts: ${shown(right)}`,
  otherModel: (policy) =>
    `Diese Antworten sind von ${policy}, und ein anderes Modell ist geladen. ${policy} laden, um mehr davon zu bekommen, oder neu anfangen.`,
  notKept: (why) =>
    `Die Wahlen konnten auf diesem Gerät nicht behalten werden (${why}). Sie halten so lange, wie diese Seite offen ist. Exportieren, oder Platz schaffen.`,
};

export const writingText: typeof english.writingText = ({ done, secondsLeft }) => {
  const said = `Antworten werden geschrieben: ${percent(done)}`;
  return secondsLeft === null ? said : `${said} · noch etwa ${seconds(secondsLeft)}`;
};

type Scorer = Extract<Measure, { type: "text" }>["scorer"];
const TEXT_WISHES: Readonly<Record<Scorer, readonly [more: string, less: string]>> = {
  sentiment: ["fröhliche Antworten", "nüchterne Antworten"],
  "simple-words": ["kurze, einfache Wörter", "lange Wörter"],
  flesch: ["Antworten, die leicht zu lesen sind", "Antworten, die schwer zu lesen sind"],
  brevity: ["kürzere Antworten", "längere Antworten"],
  formality: ["förmliche Antworten", "lockere Antworten"],
};
const TEXT_NAMES: Readonly<Record<Scorer, string>> = {
  sentiment: "Fröhlich (VADER)",
  "simple-words": "Einfache Wörter",
  flesch: "Lesbarkeit (Flesch)",
  brevity: "Kürze",
  formality: "Förmlichkeit (F)",
};

const HALF_WIDTH = 1.96;

export const likes: typeof english.likes = {
  title: "Was anscheinend gefällt",
  unsure: (clicked) =>
    clicked === 0
      ? "Noch ist nichts bekannt."
      : `Nach ${plural(clicked, "Wahl", "Wahlen")} ist noch nichts sicher. Weiter wählen.`,
  sentence: (like, measure) =>
    `Anscheinend gefallen ${wishOf(like, measure)} (zu ${certainty(like.certainty)} sicher).`,
  agreement: (found) =>
    found === null
      ? "Jedes vierte Paar wird zufällig gezogen. An ihnen misst die Seite, wie oft sie die Wahl voraussieht. Noch gibt es keins."
      : `Bei ${plural(found.n, "zufälligen Paar", "zufälligen Paaren")}, jedes beim Lernen ausgelassen, sah sie ${percent(found.value)} der Wahlen voraus (95-%-Intervall: ${percent(found.ci95[0])} bis ${percent(found.ci95[1])}). Die Hälfte wäre Zufall.`,
  all: "Alle Maße",
  measure: "Maß",
  weight: "Gewicht",
  interval: "95-%-Intervall",
  sure: "Sicher",
  hint: "Ein Gewicht ist in Log-Odds für eine Standardabweichung mehr des Maßes: Über 0 gefällt mehr davon, unter 0 weniger.",
  name: (measure) => (measure.type === "head" ? `„${shownName(measure.name)}“` : TEXT_NAMES[measure.scorer]),
  value: ({ weight }) => signed(weight, 2),
  range: ({ weight, deviation }) =>
    `${signed(weight - HALF_WIDTH * deviation, 2)} bis ${signed(weight + HALF_WIDTH * deviation, 2)}`,
  certainty: (like) => certainty(like.certainty),
};

export const weights: typeof english.weights = {
  set: "Gewichte setzen",
  hint: "Setzt die Regler der gelernten Belohnungen nach dem eigenen Geschmack. Zusammen spreizen sie die Tokens dann um ein nat, wie eine Belohnung, die von Hand dazukommt.",
  noHeads:
    "Keines der Maße ist eine gelernte Belohnung, die steuern kann. Es gibt also keinen Regler zu setzen. Eine Belohnung beibringen, dann mehr Antworten schreiben lassen.",
  done: ({ set, full }) => {
    const parts = [
      ...(set.length === 0
        ? []
        : [`Gesetzt: ${set.map(({ name, weight }) => `${shownName(name)} ${signed(weight, 2)}`).join("; ")}.`]),
      ...(full.length === 0
        ? []
        : [`Kein Platz für: ${full.map(shownName).join(", ")}. Zuerst eine Quelle entfernen.`]),
    ];
    return parts.length === 0
      ? "Die Wahlen verlangen noch keine gelernte Belohnung, also wurde kein Regler bewegt."
      : parts.join(" ");
  },
};

function wishOf({ weight }: Like, measure: Measure): string {
  if (measure.type === "head") return `Antworten mit ${weight > 0 ? "mehr" : "weniger"} „${shownName(measure.name)}“`;
  return TEXT_WISHES[measure.scorer][weight > 0 ? 0 : 1];
}

function certainty(share: number): string {
  return share >= 0.995 ? "über 99 %" : percent(share);
}

function percent(share: number): string {
  return `${fixed(100 * share, 0)} %`;
}
