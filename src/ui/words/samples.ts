/** Words of a best-of-N lane’s samples: the bars below the text, and the table of all samples. */
import type { BoardWinner } from "../../state/stage/sample-board.ts";
import type { Ranking } from "../../state/stage/ranking.ts";
import type { SampleScore } from "../../state/stage/samples.ts";
import { forwards } from "./counts.ts";
import { fixed, probability, signed } from "./format.ts";
import { localized } from "./language.ts";

const RULES: Readonly<Record<BoardWinner["rule"], string>> = {
  argmax: "this lane’s score",
  soft: "soft best-of-N, likeliest sample",
  single: "first judge alone",
  mean: "mean of the judges",
  wco: "lowest score of the judges",
  uwo: "mean minus disagreement",
  robust: "mean and lowest score, mixed",
};

/** Why no sample won; null where one did. */
export const tieText = localized("samples.tieText", (ranking: Ranking | null, isSoft: boolean): string | null => {
  const shown = isSoft ? "one of them was drawn by chance" : "the first one is shown";
  switch (ranking) {
    case "unmet":
      return `No sample met the rule, so ${shown}.`;
    case "vetoed":
      return `Every sample has a wish below its floor or without a reward, so ${shown}.`;
    case "tie":
      return `All samples score the same, so ${shown}.`;
    case "won":
    case null:
      return null;
    default:
      return ranking satisfies never;
  }
});

export const sampleBars = localized("samples.sampleBars", {
  judge: "judge",
  truth: "truth",
  summary: ({ sample, score, truth }: SampleScore, count: number, hasTruth: boolean): string => {
    const scored = score === null ? "unknown" : signed(score, hasTruth ? 1 : 2);
    if (!hasTruth) return `Sample ${sample + 1} of ${count}, weighted reward ${scored}`;
    return `Sample ${sample + 1} of ${count}, weighted: judge ${scored}, truth ${truth === null ? "unknown" : signed(truth, 1)}`;
  },
});

export const sampleSummary = localized("samples.sampleSummary", {
  winners: "Chosen sample by rule",
  by: "by",
  sample: "sample",
  score: "score",
  rule: (rule: BoardWinner["rule"]) => RULES[rule],
  chance: (value: number) => `p ${probability(value)}`,
  bins: "Samples by weighted reward",
  fromTo: "from, to",
  range: (from: number, to: number) => `${signed(from, 1)} … ${signed(to, 1)}`,
  judge: "judge",
  truth: "truth",
  cost: "Cost",
  kl: "KL",
  klEstimate: (value: number) => `estimate ${fixed(value, 2)} nats`,
  klAtMost: (value: number) => `at most ${fixed(value, 2)} nats`,
  klExact: (value: number) => `${fixed(value, 2)} nats`,
  forwards: (count: number) => `${forwards(count)}:`,
  disagreement: (members: number, lambda: number) =>
    members < 2
      ? "The judge is a single model, so mean, lowest score and mean minus disagreement are the same."
      : `Disagreement is λ = ${fixed(lambda, 1)} times the population variance of ${members} members.`,
});

export const sampleTable = localized("samples.sampleTable", {
  order: "Highest score first.",
  scores:
    "The table shows the judge’s reward and the truth, in standard deviations. If a sample is on the front, no other sample beats it on all weighted objectives at once.",
  caption: "All samples of this lane",
  sample: "sample",
  score: "score",
  soft: "soft choice",
  judgeAndTruth: "judge · truth",
  tokens: "tokens",
  remark: "remark",
  text: "text",
  shown: "shown",
  front: "front",
  copy: "Copy best and worst as JSONL",
  copyHint: "One line of training data: the prompt, the best sample (chosen) and the worst (rejected).",
  noTexts: "Recordings keep only the text of the shown sample. Run it live to get all texts.",
});

export const samplesSoFar = localized("samples.samplesSoFar", {
  caption:
    "Judge so far, as weighted. The judge learned from whole texts, so its rewards of unfinished texts are rough.",
  sample: "sample",
  judge: "judge so far",
  name: (sample: number, isOver: boolean, isShown: boolean): string =>
    isOver
      ? isShown
        ? `${sample + 1} (ended), shown`
        : `${sample + 1} (ended)`
      : isShown
        ? `${sample + 1}, shown`
        : `${sample + 1}`,
});
