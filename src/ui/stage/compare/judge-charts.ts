/** What a judge said as pictures and tables: its scores, and its position bias over many comparisons. */
import * as Plot from "@observablehq/plot";
import type { JudgeReading } from "../../../core/comparison.ts";
import { SCORE_MARKS } from "../../../core/compare/judge-prompts.ts";
import type { ChartTable } from "../../sweep/chart-tables.ts";
import { drawPlot, GROUND, targets, ZERO, type Drawing } from "../../sweep/plots.ts";
import { judgeCharts as words } from "../../words/judge-charts.ts";

export interface NamedBias {
  readonly id: string;
  readonly name: string;
  readonly bias: number;
  /** P(A) in both orders, and P(first is better). */
  readonly sharesOfA: readonly [number, number];
  readonly preferFirst: number;
}

/** Two bars for each score, the first text left of the second. */
export function drawScores(
  names: readonly [string, string],
  { scoreShares }: JudgeReading,
  { width }: Drawing,
): Element {
  const bars = SCORE_MARKS.flatMap((mark, k) =>
    names.map((name, i) => ({ mark, place: words.places[i]!, name, share: scoreShares[i]?.[k] ?? 0, i })),
  );
  const labels = bars.map(({ mark, name, share }, n) => ({ id: String(n), label: words.bar(name, mark, share) }));
  return drawPlot({
    ...GROUND,
    width,
    height: 290,
    x: { label: null, padding: 0.15 },
    fx: { label: words.score, padding: 0.25 },
    y: { label: words.probability, grid: true, domain: [0, Math.max(0.1, ...bars.map(({ share }) => share))] },
    marks: [
      Plot.barY(bars, {
        fx: "mark",
        x: "place",
        y: "share",
        fill: (bar: (typeof bars)[number]) => (bar.i === 0 ? "var(--plot-2)" : "var(--plot-1)"),
        render: targets(labels),
      }),
      Plot.ruleY([0], ZERO),
    ],
  });
}

export function scoreTable([first, second]: readonly [string, string], { scoreShares }: JudgeReading): ChartTable {
  return {
    head: [words.scoreColumn, first, second],
    rows: SCORE_MARKS.map((mark, k) => ({
      id: mark,
      cells: [mark, scoreShares[0][k] ?? null, scoreShares[1][k] ?? null],
      points: [],
    })),
  };
}

/** A dot for each comparison, piled where they are alike; a rule at their mean. */
export function drawBiases(biases: readonly NamedBias[], mean: number, { width, isSmall }: Drawing): Element {
  const labels = biases.map((own) => ({ id: own.id, label: words.biasPoint(own.name, own.bias) }));
  return drawPlot({
    ...GROUND,
    width,
    height: 290,
    x: { label: words.biasX, domain: [-0.5, 0.5], ticks: isSmall ? 5 : 11, grid: true },
    y: { axis: null },
    marks: [
      Plot.ruleX([0], ZERO),
      Plot.ruleX([mean], { stroke: "var(--plot-1)", strokeWidth: 2, strokeDasharray: "5 4" }),
      Plot.dot(
        biases,
        Plot.dodgeY({
          x: "bias",
          r: biases.length > 40 ? 3.5 : 5,
          fill: "var(--plot-2)",
          stroke: "var(--panel)",
          render: targets(labels),
        }),
      ),
    ],
  });
}

export function biasTable(biases: readonly NamedBias[]): ChartTable {
  return {
    head: words.biasHead,
    rows: biases.map(({ id, name, bias, sharesOfA, preferFirst }) => ({
      id,
      cells: [name, ...sharesOfA, preferFirst, bias],
      points: [],
    })),
  };
}
