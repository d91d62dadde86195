import type { TextSource } from "../../../state/probe/texts.ts";
import { bytes, fixed, listed, plural, seconds, signed } from "../format.ts";
import type * as english from "../probe.ts";

const SOURCES: Readonly<Record<TextSource, string>> = {
  recorded: "Texte der aufgezeichneten Messreihe",
  run: "Texte dieses Laufs",
  sweep: "Texte der eigenen Messreihe",
};

export const probe: typeof english.probe = {
  title: "Die Belohnungen prüfen",
  about:
    "Paare von Texten, von denen bekannt ist, welcher besser ist, zeigen, was eine Belohnung bemerkt. Sie werden aus Texten gemacht, die hier sind, und jede geladene Belohnung und jeder Gutachter sagt, welchen Text sie vorziehen.",
  texts: "Texte",
  sources: SOURCES,
  most: "Paare jeder Art",
  asks: "Auch das Modell selbst fragen, in beiden Reihenfolgen (ein langsamer Durchgang pro Paar)",
  start: "Prüfen",
  cancel: "Abbrechen",
  first: (size) =>
    `Das Chatmodell ist noch nicht hier. Es wird zuerst heruntergeladen, einmal${size === null ? "" : ` (${bytes(size)})`}.`,
  loading: "Das Modell ist unterwegs.",
  bar: "Gelesene Paare",
  table: "Treffer jeder Belohnung, Tabelle",
  reward: "Belohnung",
  mean: "Mittel",
  hint: "Prozent der Paare mit dem besseren Text vorn, und das 95-%-Intervall nach Prompts. Ein Gleichstand zählt halb, und 50 ist Zufall. Das Mittel nimmt jede Art gleich, ohne „einer gegen mehrere“, wie RewardBench es tut.",
  silent: (names) =>
    `Von ${listed(names)} war kein Urteil zu lesen: Die Wahrscheinlichkeit liegt nicht auf den erfragten Antworten, oder die Texte sind zu lang.`,
  blind:
    "Eine Belohnung, die nur den Text liest, kann Prompts nicht unterscheiden. Eine, die Wörter zählt, sieht ihre Reihenfolge nicht.",
  kinds: "Die Arten von Paaren",
  kindsList: [
    ["other prompt", "der Text, oder einer, der einen anderen Prompt beantwortet (Gegensatz-Anweisungen)"],
    ["padded", "der Text, oder derselbe mit einer höflichen Floskel dahinter"],
    ["repeated", "der Text, oder zweimal seine erste Hälfte"],
    ["shuffled", "der Text, oder seine Wörter in anderer Reihenfolge"],
    ["cut", "der Text, oder seine erste Hälfte"],
    ["one against several", "vor jedem von diesen zugleich (RewardMATH); Zufall liegt unter 50"],
    ["in other words", "wie „other prompt“, mit dem Prompt in anderen Worten"],
    ["mean over wordings", "dasselbe, nach dem Mittel der Belohnung über alle Fassungen (nach RewardFusion)"],
    ["sentiment, truth", "zwei Texte eines Prompts, die VADER oder die Wahrheit deutlich unterscheidet"],
    ["first or second", "der beste Text eines Prompts nach diesem Maß, oder der zweitbeste: die schwersten Paare"],
  ],
  asked: "Das Modell, das gefragt wurde",
  orders: "dieselbe Antwort in beiden Reihenfolgen",
  bias: "Platzneigung",
  onMarks: "Wahrscheinlichkeit auf A und B",
  copy: "Als Markdown kopieren",
  csv: "Als CSV sichern",
  none: "Aus diesen Texten ließ sich kein Paar machen: Sie sind zu kurz, oder zu wenige.",
};

export const probingText: typeof english.probingText = ({ done, total, rater, secondsLeft }) => {
  if (total === 0) return "Die Paare werden gemacht.";
  const left = secondsLeft === null ? "" : `, noch etwa ${seconds(secondsLeft)}`;
  return `${rater}: ${done} von ${plural(total, "Antwort", "Antworten")}${left}.`;
};

export const probedText: typeof english.probedText = ({ source, texts, isWhole }) =>
  `Aus ${plural(texts, "Text", "Texten")}: ${SOURCES[source]}.${isWhole ? "" : " Die Tabelle ist nicht vollständig: Die Prüfung wurde beendet, oder sie läuft noch."}`;

export const columnText: typeof english.columnText = (category, pairs) =>
  `${category}, ${plural(pairs, "Paar", "Paare")}`;

export const ordersText: typeof english.ordersText = ({ consistent, pairs, bias, onMarks }) =>
  `${probe.orders}: ${consistent} von ${pairs}; ${probe.bias} ${signed(bias, 2)}; ${probe.onMarks} ${fixed(100 * onMarks, 0)} %`;

const percentCell = (share: number): string => fixed(100 * share, 0);

export const probeChart: typeof english.probeChart = {
  title: (kind) => (kind === null ? "Treffer, Mittel über die Arten" : `Treffer: ${kind}`),
  kind: "Art der Paare",
  mean: "Mittel über die Arten",
  chance: "Die gestrichelte Linie ist Zufall, und Balken sind 95-%-Intervalle nach Prompts.",
  x: "Paare mit dem besseren Text vorn (%)",
  head: ["Belohnung", "Treffer", "95 % von", "95 % bis", "Paare"],
  bar: (own) => {
    const range = own.ci95 === null ? "" : ` (${own.ci95.map(percentCell).join("–")})`;
    return `${own.rater}: ${percentCell(own.accuracy)} %${range}, ${plural(own.pairs, "Paar", "Paare")}`;
  },
};
