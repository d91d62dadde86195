/** Words of the comparison of two texts by a chat model. */
import type { Tally } from "../../core/comparison.ts";
import type { ModelSize } from "../../core/model-size.ts";
import type { Comparison } from "../../state/stage/comparison.svelte.ts";
import { comparisons } from "./counts.ts";
import { parameters } from "./format.ts";

export const comparison = {
  title: "Ask a model which of two lanes is better",
  rubric: "Rubric",
  model: "Model",
  first: "One lane",
  second: "Another",
  compare: "Compare in both orders",
  asking: "Asking…",
  chooseTwo: "Choose two lanes that have a text.",
  notLoaded: "The models are not loaded. Load them first.",
  running: "Wait until the run is finished.",
  hint: "The model is asked twice, with each text first once. Only a model that follows instructions can answer. The page’s own models cannot: they continue the question, and then there is no verdict.",
  tooSmall: ({ params, isBound }: ModelSize) =>
    `This model has ${isBound ? "at most " : ""}${parameters(params)} parameters, which is too few to judge: SmolLM2-135M named the same place in six of six comparisons, whatever stood there. Choose one of at least a billion parameters, or read the texts yourself.`,
  placedFirst: (name: string) => `${name} first`,
  counted: (count: number) => `${comparisons(count)} by this model and rubric:`,
} as const;

export function verdictText({ first, second, answer: { verdict } }: Comparison): string {
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
}

/** Each comparison is counted once. */
export function tallyRows(tally: Tally): readonly (readonly [string, number])[] {
  return [
    ["the same text preferred in both orders", tally.first + tally.second],
    ["ties", tally.ties],
    ["position bias to the first place", tally.biasA],
    ["position bias to the second place", tally.biasB],
    ["replies that could not be read", tally.unparsable],
  ];
}
