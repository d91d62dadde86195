/** Accuracy of each rater on each category of pairs, with an interval by prompts, as numbers and as a Markdown table. */
import { groupedInterval } from "../../src/core/compare/interval.ts";
import { mean } from "../../src/core/stats.ts";
import type { Judged } from "./raters.ts";

export interface Accuracy {
  readonly rater: string;
  readonly category: string;
  /** Share of pairs with the better text ahead, ties counted half. */
  readonly accuracy: number;
  readonly ci95: readonly [number, number];
  readonly pairs: number;
}

/** Of a model that was asked. */
export interface Orders {
  readonly rater: string;
  readonly pairs: number;
  /** Pairs for which both orders gave the same answer. */
  readonly consistent: number;
  /** Mean position bias, from -1/2 to 1/2. */
  readonly bias: number;
  /** Mean probability on the letters. */
  readonly onMarks: number;
}

export interface Verdict extends Judged {
  readonly rater: string;
  readonly category: string;
  readonly prompt: string;
}

export function accuracies(verdicts: readonly Verdict[]): Accuracy[] {
  return grouped(verdicts, ({ rater, category }) => `${rater}\n${category}`).flatMap((own): Accuracy[] => {
    const known = own.flatMap(({ outcome, prompt }) => (outcome === null ? [] : [{ value: outcome, prompt }]));
    const [first] = own;
    if (first === undefined || known.length === 0) return [];
    const prompts = [...new Set(known.map(({ prompt }) => prompt))];
    const { ci95 } = groupedInterval(known.map(({ value, prompt }) => ({ value, group: prompts.indexOf(prompt) })));
    const { rater, category } = first;
    return [{ rater, category, accuracy: mean(known.map(({ value }) => value)), ci95, pairs: known.length }];
  });
}

export function orders(verdicts: readonly Verdict[]): Orders[] {
  const asked = verdicts.flatMap(({ rater, orders: own }) => (own === undefined ? [] : [{ rater, ...own }]));
  return grouped(asked, ({ rater }) => rater).map((own) => ({
    rater: own[0]!.rater,
    pairs: own.length,
    consistent: own.filter(({ isConsistent }) => isConsistent).length,
    bias: mean(own.map(({ bias }) => bias)),
    onMarks: mean(own.map(({ onMarks }) => onMarks)),
  }));
}

export function markdown(found: readonly Accuracy[], places: readonly Orders[]): string {
  const categories = [...new Set(found.map(({ category }) => category))];
  const raters = [...new Set(found.map(({ rater }) => rater))];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const cell = (rater: string, category: string): string => {
    const own = found.find((each) => each.rater === rater && each.category === category);
    return own === undefined ? "" : `${percent(own.accuracy)} (${percent(own.ci95[0])}–${percent(own.ci95[1])})`;
  };
  const sizes = categories.map((category) =>
    Math.max(...found.flatMap((each) => (each.category === category ? each.pairs : 0))),
  );
  const table = [
    line(["reward", ...categories.map((category, i) => `${category}, ${sizes[i]} pairs`)]),
    line(["---", ...categories.map(() => "---")]),
    ...raters.map((rater) => line([rater, ...categories.map((category) => cell(rater, category))])),
  ];
  if (places.length === 0) return table.join("\n");
  return [
    ...table,
    "",
    line(["asked", "same answer in both orders", "position bias", "probability on A and B"]),
    line(["---", "---:", "---:", "---:"]),
    ...places.map(({ rater, pairs, consistent, bias, onMarks }) =>
      line([rater, `${consistent} of ${pairs}`, signed(bias), percent(onMarks)]),
    ),
  ].join("\n");
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [item]);
    else own.push(item);
  }
  return [...groups.values()];
}

function percent(share: number): string {
  return String(Math.round(100 * share));
}

function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${value.toFixed(2)}`;
}
