import { fixed, signed } from "../format.ts";
import type * as english from "../judge-charts.ts";

export const judgeCharts: typeof english.judgeCharts = {
  scores: "Wertung von 1 bis 5",
  biases: "Platzneigung jedes Vergleichs",
  recordedBiases: "Platzneigung jedes aufgezeichneten Paars",
  places: ["1.", "2."],
  score: "Wertung →",
  scoreColumn: "Wertung",
  probability: "↑ Wahrscheinlichkeit",
  bar: (name, mark, share) => `${name}, Wertung ${mark}: ${fixed(share, 3)}`,
  biasX: "Platzneigung: −0,5 immer der zweite Platz, +0,5 immer der erste →",
  biasPoint: (name, bias) => `${name}: Platzneigung ${signed(bias, 2)}`,
  biasHead: ["Vergleich", "P(A), erster Text vorn", "P(A), zweiter Text vorn", "P(erster Text besser)", "Platzneigung"],
  dashed: "Die gestrichelte Linie ist das Mittel. Bei 0 ist ein Gutachter fair.",
  pair: (n, what) => `Paar ${n}, ${what}`,
};
