/** What a model said that compared two texts, in words. */
import type { Tally } from "../../core/comparison.ts";
import type { Comparison } from "../../state/stage/comparison.svelte.ts";

export function verdictText({ first, second, answer: { verdict } }: Comparison): string {
  switch (verdict.type) {
    case "prefers":
      return `${(verdict.winner === "first" ? first : second).name}, in both orders.`;
    case "tie":
      return "A tie: in one order at least it found none better.";
    case "position-bias":
      return `Position bias: it named the ${verdict.favours === "A" ? "first" : "second"} place both times, whatever stood there.`;
    case "unparsable":
      return "No verdict: a reply could not be read as A, B or tie.";
    default:
      return verdict satisfies never;
  }
}

/** Each comparison is counted once; what says nothing of the texts stands apart. */
export function tallyRows(tally: Tally): readonly (readonly [string, number])[] {
  return [
    ["the same text in both orders", tally.first + tally.second],
    ["ties", tally.ties],
    ["position bias to the first place", tally.biasA],
    ["position bias to the second place", tally.biasB],
    ["replies that could not be read", tally.unparsable],
  ];
}
