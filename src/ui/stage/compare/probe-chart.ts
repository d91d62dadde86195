/** How often each reward is right on one kind of pairs, as a picture and a table. */
import * as Plot from "@observablehq/plot";
import { meanAccuracy, type Accuracy } from "../../../core/probe/accuracy.ts";
import type { ChartTable } from "../../sweep/chart-tables.ts";
import { drawPlot, targets, type Drawing } from "../../sweep/plots.ts";
import { probeChart as words } from "../../words/probe.ts";

export interface AccuracyBar {
  readonly rater: string;
  /** From 0 to 1. */
  readonly accuracy: number;
  /** null for a mean over kinds, whose pairs are made of the same texts. */
  readonly ci95: readonly [number, number] | null;
  readonly pairs: number;
}

/** @param category a kind of pairs; null for the mean over all of them. The best reward stands first. */
export function accuracyBars(found: readonly Accuracy[], category: string | null): AccuracyBar[] {
  const raters = [...new Set(found.map(({ rater }) => rater))];
  const bars = raters.flatMap((rater): AccuracyBar[] => {
    const own = found.filter((each) => each.rater === rater && (category === null || each.category === category));
    if (category !== null) return own.map(({ accuracy, ci95, pairs }) => ({ rater, accuracy, ci95, pairs }));
    const accuracy = meanAccuracy(found, rater);
    const pairs = own.reduce((sum, each) => sum + each.pairs, 0);
    return accuracy === null ? [] : [{ rater, accuracy, ci95: null, pairs }];
  });
  return bars.toSorted((a, b) => b.accuracy - a.accuracy);
}

const ROW = 26;
/** Letters of a name that fit beside the chart. */
const FIT = { small: 16, wide: 32 } as const;

export function drawAccuracies(bars: readonly AccuracyBar[], { width, isSmall }: Drawing): Element {
  const fit = isSmall ? FIT.small : FIT.wide;
  const short = (name: string): string => (name.length > fit ? `${name.slice(0, fit - 1)}…` : name);
  const labels = bars.map((bar) => ({ id: bar.rater, label: words.bar(bar) }));
  return drawPlot({
    style: { background: "none", fontSize: "12px", overflow: "visible" },
    width,
    height: 64 + ROW * bars.length,
    marginLeft: isSmall ? 122 : 216,
    marginRight: 16,
    marginBottom: 44,
    x: { label: words.x, domain: [0, 100], ticks: isSmall ? 3 : 5, grid: true },
    y: { label: null, domain: bars.map(({ rater }) => rater), tickFormat: short, tickSize: 0, padding: 0.3 },
    marks: [
      Plot.ruleX([50], { stroke: "var(--muted)", strokeDasharray: "4 3" }),
      Plot.ruleY(
        bars.filter(({ ci95 }) => ci95 !== null),
        {
          y: "rater",
          x1: ({ ci95 }: AccuracyBar) => 100 * ci95![0],
          x2: ({ ci95 }: AccuracyBar) => 100 * ci95![1],
          stroke: "var(--plot-2)",
          strokeWidth: 2,
          strokeOpacity: 0.6,
        },
      ),
      Plot.dot(bars, {
        y: "rater",
        x: ({ accuracy }: AccuracyBar) => 100 * accuracy,
        r: 5,
        fill: "var(--plot-2)",
        stroke: "var(--panel)",
        strokeWidth: 0.8,
        render: targets(labels),
      }),
    ],
  });
}

export function accuracyTable(bars: readonly AccuracyBar[]): ChartTable {
  return {
    head: words.head,
    rows: bars.map(({ rater, accuracy, ci95, pairs }) => ({
      id: rater,
      cells: [rater, accuracy, ci95?.[0] ?? null, ci95?.[1] ?? null, pairs],
      points: [],
    })),
  };
}
