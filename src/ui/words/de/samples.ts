import type { BoardWinner } from "../../../state/stage/sample-board.ts";
import { fixed, probability, signed } from "../format.ts";
import type * as english from "../samples.ts";
import { forwards } from "./counts.ts";

const RULES: Readonly<Record<BoardWinner["rule"], string>> = {
  argmax: "Wertung dieser Spur",
  soft: "weiches Best-of-N, wahrscheinlichste Probe",
  single: "nur der erste Gutachter",
  mean: "Mittel der Gutachter",
  wco: "niedrigste Wertung der Gutachter",
  uwo: "Mittel minus Uneinigkeit",
  robust: "Mittel und niedrigste Wertung, gemischt",
};

export const tieText: typeof english.tieText = (ranking, isSoft) => {
  const shown = isSoft ? "wurde eine durch Zufall gezogen" : "ist die erste zu sehen";
  switch (ranking) {
    case "unmet":
      return `Keine Probe erfüllte die Regel, also ${shown}.`;
    case "vetoed":
      return `Jede Probe hat einen Wunsch unter seiner Untergrenze oder ohne Belohnung, also ${shown}.`;
    case "tie":
      return `Alle Proben haben dieselbe Wertung, also ${shown}.`;
    case "won":
    case null:
      return null;
    default:
      return ranking satisfies never;
  }
};

export const sampleBars: typeof english.sampleBars = {
  judge: "Gutachter",
  truth: "Wahrheit",
  summary: ({ sample, score, truth }, count, hasTruth) => {
    const scored = score === null ? "unbekannt" : signed(score, hasTruth ? 1 : 2);
    if (!hasTruth) return `Probe ${sample + 1} von ${count}, gewichtete Belohnung ${scored}`;
    return `Probe ${sample + 1} von ${count}, gewichtet: Gutachter ${scored}, Wahrheit ${truth === null ? "unbekannt" : signed(truth, 1)}`;
  },
};

export const sampleSummary: typeof english.sampleSummary = {
  winners: "Gewählte Probe je Regel",
  by: "nach",
  sample: "Probe",
  score: "Wertung",
  rule: (rule) => RULES[rule],
  chance: (value) => `p ${probability(value)}`,
  bins: "Proben nach gewichteter Belohnung",
  fromTo: "von, bis",
  range: (from, to) => `${signed(from, 1)} … ${signed(to, 1)}`,
  judge: "Gutachter",
  truth: "Wahrheit",
  cost: "Preis",
  kl: "KL",
  klEstimate: (value) => `geschätzt ${fixed(value, 2)} nat`,
  klAtMost: (value) => `höchstens ${fixed(value, 2)} nat`,
  klExact: (value) => `${fixed(value, 2)} nat`,
  forwards: (count) => `${forwards(count)}:`,
  disagreement: (members, lambda) =>
    members < 2
      ? "Der Gutachter ist ein einzelnes Modell, also sind Mittel, niedrigste Wertung und Mittel minus Uneinigkeit gleich."
      : `Uneinigkeit ist λ = ${fixed(lambda, 1)} mal die Populationsvarianz von ${members} Mitgliedern.`,
};

export const sampleTable: typeof english.sampleTable = {
  order: "Höchste Wertung zuerst.",
  scores:
    "Die Tabelle zeigt die Belohnung des Gutachters und die Wahrheit, in Standardabweichungen. Liegt eine Probe auf der Front, schlägt keine andere sie bei allen gewichteten Zielen zugleich.",
  caption: "Alle Proben dieser Spur",
  sample: "Probe",
  score: "Wertung",
  soft: "weiche Wahl",
  judgeAndTruth: "Gutachter · Wahrheit",
  tokens: "Tokens",
  remark: "Bemerkung",
  text: "Text",
  shown: "gezeigt",
  front: "Front",
  copy: "Beste und schlechteste als JSONL kopieren",
  copyHint: "Eine Zeile Trainingsdaten: der Prompt, die beste Probe (chosen) und die schlechteste (rejected).",
  noTexts: "Aufzeichnungen behalten nur den Text der gezeigten Probe. Ein eigener Lauf zeigt alle Texte.",
};

export const samplesSoFar: typeof english.samplesSoFar = {
  caption:
    "Gutachter bis hierher, wie gewichtet. Er lernte aus ganzen Texten, also sind seine Belohnungen unfertiger Texte grob.",
  sample: "Probe",
  judge: "Gutachter bisher",
  name: (sample, isOver, isShown) => `${sample + 1}${isOver ? " (zu Ende)" : ""}${isShown ? ", gezeigt" : ""}`,
};
