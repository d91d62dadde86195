/** Words of the comparison of two texts by a chat model. */
import { MAX_CHECKS, MAX_VOTES } from "../../core/compare/judge-prompts.ts";
import type { Agreement, RecordedJudge } from "../../core/compare/recorded-judge.ts";
import type { Tally } from "../../core/comparison.ts";
import type { ModelSize } from "../../core/model-size.ts";
import type { Comparison, Reason } from "../../state/stage/comparison.svelte.ts";
import { comparisons } from "./counts.ts";
import { fixed, parameters, plural, signed } from "./format.ts";
import { OBJECTIVE_NAMES } from "./names.ts";
import { localized } from "./language.ts";

export const comparison = localized("comparison.comparison", {
  title: "Ask a model which of two lanes is better",
  rubric: "Rubric",
  model: "Model",
  first: "One lane",
  second: "Another",
  votes: "Votes",
  checklist: "Checklist",
  checklistHint: `Up to ${MAX_CHECKS} questions of your own, one a line, that yes or no answers. They are asked of each text.`,
  compare: "Compare in both orders",
  asking: "Asking…",
  cancel: "Cancel",
  chooseTwo: "Choose two lanes that have a text.",
  notLoaded: "The models are not loaded. Load them first.",
  running: "Wait until the run is finished.",
  hint: "The model is asked twice, with each text first once, and the probabilities of the letters A and B are read. Only a model that follows instructions can answer. The page’s own models cannot: they continue the question, and then there is no verdict.",
  votesHint: `A vote is one wording of the question in both orders, of ${MAX_VOTES}. The same wording would answer the same again, because its probabilities are read and not drawn.`,
  tooSmall: ({ params, isBound }: ModelSize) =>
    `This model has ${isBound ? "at most " : ""}${parameters(params)} parameters, which is too few to judge: SmolLM2-135M gave the same answer in both orders for none of 100 pairs. Choose one of at least a billion parameters, or read the texts yourself.`,
  counted: (count: number) => `${comparisons(count)} by this model and rubric:`,
  votesTable: "Each vote, in both orders",
  vote: (n: number) => `wording ${n}`,
  mean: "mean",
  placed: (name: string) => `P(A), ${name} first`,
  prefers: (name: string) => `${name} better`,
  bias: "position bias",
  onMarks: "on A or B",
  scoresHint:
    "Each text is read by itself. The score is the mean over the probabilities of the numbers, and the bars show these.",
  score: (name: string, value: number) => `${name}: ${fixed(value, 2)}`,
  checksTitle: "Checklist: probability of yes",
  question: "question",
  onYesNo: "on yes or no",
  why: "Why?",
  whyHint:
    "One sentence, written afterwards. It would defend the other text as well, so it is no reason of the choice.",
  recordedTitle: "What a small judge said, recorded",
  previous: "Previous pair",
  next: "Next pair",
  better: "Better by the truth",
  worse: "Worse by the truth",
});

const percent = (share: number): string => `${fixed(100 * share, 0)} %`;

export function probabilityText(share: number): string {
  return percent(share);
}

export const verdictText = localized(
  "comparison.verdictText",
  ({ first, second, answer: { verdict } }: Comparison): string => {
    switch (verdict.type) {
      case "prefers":
        return `The model prefers ${(verdict.winner === "first" ? first : second).name}, in both orders.`;
      case "tie":
        return "A tie: in at least one order, both texts were about equally likely.";
      case "position-bias":
        return verdict.favours === "A"
          ? "Position bias: the model preferred the first text in both orders."
          : "Position bias: the model preferred the second text in both orders.";
      case "unparsable":
        return "No verdict: in one order, the model hardly considered A or B as its reply.";
      default:
        return verdict satisfies never;
    }
  },
);

/** What is left once the place has been averaged out. */
export const averagedText = localized(
  "comparison.averagedText",
  ({ first, second, answer: { reading, votes = [] } }: Comparison): string => {
    if (reading === undefined) return "";
    const { preferFirst } = reading;
    const [name, share] = preferFirst >= 0.5 ? [first.name, preferFirst] : [second.name, 1 - preferFirst];
    const ahead = votes.filter((vote) => vote.preferFirst > 0.5 === preferFirst > 0.5).length;
    const counted = votes.length > 1 ? ` ${ahead} of ${plural(votes.length, "vote")} say the same.` : "";
    return `Averaged over both orders: ${name} is better with probability ${percent(share)}.${counted}`;
  },
);

/** "SmolLM2: 12 comparisons, mean +0.25" */
export const sessionText = localized("comparison.sessionText", (bias: number, count: number): string => {
  const whom = bias > 0 ? "the first place" : bias < 0 ? "the second place" : "neither place";
  return `Mean over ${comparisons(count)}: ${signed(bias, 2)}, towards ${whom}. It is averaged out of the preference.`;
});

export const askedText = localized(
  "comparison.askedText",
  (progress: { readonly done: number; readonly total: number } | null): string => {
    return progress === null ? comparison.asking : `${progress.done} of ${plural(progress.total, "prompt")} read`;
  },
);

export const reasonText = localized("comparison.reasonText", ({ of, better, text }: Reason): string => {
  const name = (better === "first" ? of.first : of.second).name;
  return `${name} stood there as A. “${text}”`;
});

/** Each comparison is counted once. */
export const tallyRows = localized("comparison.tallyRows", (tally: Tally): readonly (readonly [string, number])[] => {
  return [
    ["the same text preferred in both orders", tally.first + tally.second],
    ["ties", tally.ties],
    ["position bias to the first place", tally.biasA],
    ["position bias to the second place", tally.biasB],
    ["replies that could not be read", tally.unparsable],
  ];
});

const agreed = ({ share, ci95: [low, high] }: Agreement): string =>
  `${percent(share)} (95 % interval ${fixed(100 * low, 0)} to ${fixed(100 * high, 0)})`;

/** What was recorded. */
export const recordedIntro = localized("comparison.recordedIntro", ({ model, judgements }: RecordedJudge): string => {
  const count = plural(judgements.length, "pair");
  return `${model.id} was asked about ${count} of the laboratory’s texts, of which the truth says which one is better. Chance is 50 %.`;
});

/** What the record says, as rows of a table. */
export const recordRows = localized(
  "comparison.recordRows",
  (record: {
    readonly byOrders: Agreement;
    readonly byScore: Agreement;
    readonly betterFirst: Agreement;
    readonly worseFirst: Agreement;
    readonly consistent: number;
    readonly bias: number;
    readonly onMarks: number;
  }): readonly (readonly [string, string])[] => {
    return [
      ["right with the better text first", agreed(record.betterFirst)],
      ["right with the worse text first", agreed(record.worseFirst)],
      ["the same answer in both orders", `${record.consistent} of ${record.byOrders.pairs}`],
      ["right by the mean over both orders", agreed(record.byOrders)],
      ["right by the score from 1 to 5", agreed(record.byScore)],
      ["position bias", signed(record.bias, 2)],
      ["probability on A and B", percent(record.onMarks)],
    ];
  },
);

export const pairPlace = localized("comparison.pairPlace", (at: number, of: number): string => {
  return `Pair ${at + 1} of ${of}`;
});

/** What the judge was asked, and what it said of one pair. */
export const pairText = localized(
  "comparison.pairText",
  (own: RecordedJudge["judgements"][number], preference: number): string => {
    const said = `${percent(own.sharesOfA[0])} on A with the better text first, ${percent(own.sharesOfA[1])} with the worse one first.`;
    const mean = `Averaged, the better text is better with ${percent(preference)}: ${preference > 0.5 ? "right" : "wrong"}.`;
    return `${OBJECTIVE_NAMES[own.objective]}, ${fixed(own.margin, 1)} standard deviations apart; asked “${own.rubric}”. ${said} ${mean}`;
  },
);
