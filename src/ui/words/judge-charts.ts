/** Words in the pictures of a judge. */
import { fixed, signed } from "./format.ts";
import { localized } from "./language.ts";

export const judgeCharts = localized("judge-charts.judgeCharts", {
  scores: "Score from 1 to 5",
  biases: "Position bias of each comparison",
  recordedBiases: "Position bias of each recorded pair",
  /** The first text and the second one, under their bars. */
  places: ["1st", "2nd"],
  score: "score →",
  scoreColumn: "score",
  probability: "↑ probability",
  bar: (name: string, mark: string, share: number) => `${name}, score ${mark}: ${fixed(share, 3)}`,
  biasX: "position bias: −0.5 always the second place, +0.5 always the first →",
  biasPoint: (name: string, bias: number) => `${name}: position bias ${signed(bias, 2)}`,
  biasHead: [
    "comparison",
    "P(A), first text first",
    "P(A), second text first",
    "P(first text better)",
    "position bias",
  ],
  dashed: "The dashed line is the mean. At 0 a judge is fair.",
  pair: (n: number, what: string) => `pair ${n}, ${what}`,
});
