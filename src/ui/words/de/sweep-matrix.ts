import { BLANK, fixed, signed } from "../format.ts";
import type * as english from "../sweep-matrix.ts";
import { prompts, seeds, texts } from "./counts.ts";
import { pushName } from "./names.ts";

export const repeat: typeof english.repeat = {
  button: "Die Spuren über 10 Prompts und 5 Seeds wiederholen",
  about:
    "Ein Text sagt wenig über eine Spur. Das füllt das Formular mit den Spuren der Spielwiese, zehn Prompts und fünf Seeds. Die Siegmatrix sagt dann, wie oft jede Spur jede andere schlägt, und wie sicher das ist.",
};

export const matrix: typeof english.matrix = {
  title: "Siegmatrix",
  by: "Gemessen von",
  slight: "Ein Sieg ist knapp unter",
  slightUnit: "SD",
  longerBy: "Ein knapper Sieg ist ein Gleichstand, wenn er länger ist um",
  longerByUnit: "Zeichen",
  off: "nie",
  shown: "Einstellungen in der Matrix",
  tooMany: (max) => `Die Matrix zeigt höchstens ${max}.`,
  scroll: "Siegmatrix, Tabelle",
  row: "Siege von",
  against: "gegen",
  mean: "Mittel",
  characters: "Zeichen",
  equal: "gleicht Best-of",
  interval: "95-%-Intervall",
  itself: BLANK,
  nothing: "Keine zwei Texte dieser Messreihe lassen sich nach diesem Maß vergleichen.",
  oneLane: "Eine Matrix vergleicht mindestens zwei. Eine Spur oder Strategie hinzufügen.",
  markdown: "Als Markdown kopieren",
  csv: "Die Matrix als CSV sichern",
  runsCsv: "Jeden Text als CSV sichern",
  jsonl: "Jeden Text als JSONL sichern",
  jsonlIs:
    "JSONL hat eine Zeile für jeden Prompt und Seed: alle Texte mit ihren Wertungen, und den besten und schlechtesten nach diesem Maß als chosen und rejected. Zwei gleiche Texte sind nie ein Paar.",
  choose: "Ein Feld wählen, um seine Texte zu lesen.",
  pairs: "Texte des gewählten Feldes",
  allPairs: (count) => `Alle ${count} Paare zeigen`,
};

const BY = { truth: "Wahrheit", judge: "Gutachter", source: "Quelle" } as const;

export const measureName: typeof english.measureName = ({ by, of }, plan) =>
  `${of === "wish" ? "alle, wie gewichtet" : pushName(of, plan.sources)}, ${BY[by]}`;

export const intervalText: typeof english.intervalText = ([low, high]) =>
  `${fixed(100 * low, 0)} bis ${fixed(100 * high, 0)}`;

export const VERDICTS: typeof english.VERDICTS = { better: "besser", worse: "schlechter", open: "offen" };

export const cellStart: typeof english.cellStart = (first, second) => `${first} gegen ${second}:`;

export const countsText: typeof english.countsText = ({ wins, ties, losses }) =>
  `${wins} Siege, ${ties} Gleichstände, ${losses} Niederlagen`;

export const matrixHint: typeof english.matrixHint = (plan) => {
  const few =
    plan.prompts.length === 1
      ? " Diese Messreihe hat einen Prompt: Die Intervalle gelten nur für ihn."
      : " Seeds eines Prompts zählen weniger als ebenso viele Prompts.";
  return `Jedes Feld vergleicht die Zeile mit der Spalte, Text gegen Text aus ${prompts(plan.prompts.length)} und ${seeds(plan.seeds.length)}: Siege plus die Hälfte der Gleichstände, in Prozent, darunter das 95-%-Intervall (Wilson, nach Prompts).${few} „Besser“ und „schlechter“ heißen, dass das ganze Intervall auf einer Seite von 50 liegt. Eines von zwanzig Feldern kann das durch Zufall sagen.`;
};

export const equalHint: typeof english.equalHint = (pools) =>
  `„Gleicht Best-of“ ist das N, bei dem Best-of-N, geordnet wie seine Spur, nach diesem Maß dasselbe Mittel hat. Es wird aus den ${pools} Vorräten von Proben abgelesen, die ohnehin gezogen wurden.`;

export const ownJudge: typeof english.ownJudge =
  "Nach dieser Wertung wurden die Texte einiger Spuren gewählt oder gesteuert, also bevorzugt sie diese. Ein anderes Maß, oder die Wahrheit, urteilt fairer.";

export const undefinedText: typeof english.undefinedText = (count) =>
  `${texts(count)} ohne Wert nach diesem Maß: Ihre Paare fehlen.`;

export const marginText: typeof english.marginText = (margin) => `= ${fixed(margin, 2)} in diesem Maß`;

export const longerText: typeof english.longerText = (extra) =>
  extra === null
    ? "Niemand gewinnt."
    : `Sieger sind im Mittel ${fixed(Math.abs(extra), 0)} Zeichen ${extra < 0 ? "kürzer" : "länger"} als Verlierer.`;

const OUTCOMES = { 1: "gewinnt mit", 0.5: "Gleichstand bei", 0: "verliert mit" } as const;

export const pairText: typeof english.pairText = ({ difference, outcome }) =>
  `${OUTCOMES[outcome]} ${signed(difference, 2)}`;
