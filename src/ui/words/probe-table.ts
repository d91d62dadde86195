/** The table of a probe as Markdown, for the page and the command line. */
import { meanAccuracy, type Accuracy, type AskedOrders } from "../../core/probe/accuracy.ts";
import { fixed, signed } from "./format.ts";
import { inOneLine } from "./tables.ts";
import { localized } from "./language.ts";

const percent = (share: number): string => fixed(100 * share, 0);

/** "63 (40–81)", and the number of pairs where a reward took fewer than others. */
export const accuracyText = localized(
  "probe-table.accuracyText",
  ({ accuracy, ci95: [low, high], pairs }: Accuracy, most: number): string => {
    const few = pairs === most ? "" : `, ${pairs} pairs`;
    return `${percent(accuracy)} (${percent(low)}–${percent(high)})${few}`;
  },
);

export interface ProbeColumn {
  readonly category: string;
  /** The most that any rater took. */
  readonly pairs: number;
}

export function columnsOf(found: readonly Accuracy[]): ProbeColumn[] {
  const categories = [...new Set(found.map(({ category }) => category))];
  return categories.map((category) => ({
    category,
    pairs: Math.max(...found.flatMap((each) => (each.category === category ? each.pairs : []))),
  }));
}

export function cellOf(found: readonly Accuracy[], rater: string, category: string): Accuracy | undefined {
  return found.find((each) => each.rater === rater && each.category === category);
}

export function probeMarkdown(found: readonly Accuracy[], places: readonly AskedOrders[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(inOneLine).join(" | ")} |`;
  const columns = columnsOf(found);
  const raters = [...new Set(found.map(({ rater }) => rater))];
  const cell = (rater: string, { category, pairs }: ProbeColumn): string => {
    const own = cellOf(found, rater, category);
    return own === undefined ? "" : accuracyText(own, pairs);
  };
  const average = (rater: string): string => {
    const own = meanAccuracy(found, rater);
    return own === null ? "" : percent(own);
  };
  const table = [
    line(["reward", ...columns.map(({ category, pairs }) => `${category}, ${pairs} pairs`), "mean"]),
    line(["---", ...columns.map(() => "---"), "---:"]),
    ...raters.map((rater) => line([rater, ...columns.map((column) => cell(rater, column)), average(rater)])),
  ];
  if (places.length === 0) return table.join("\n");
  return [
    ...table,
    "",
    line(["asked", "same answer in both orders", "position bias", "probability on A and B"]),
    line(["---", "---:", "---:", "---:"]),
    ...places.map(({ rater, pairs, consistent, bias, onMarks }) =>
      line([rater, `${consistent} of ${pairs}`, signed(bias, 2), percent(onMarks)]),
    ),
  ].join("\n");
}
