/** The charts of a class as Observable Plot draws them. */
import * as Plot from "@observablehq/plot";
import { drawPlot, GROUND, paint, targets, ZERO, type Drawing, type Target } from "../sweep/plots.ts";
import type { CurveLook } from "../sweep/marks.ts";
import type { RunMark, RunMarks } from "../../state/handin/run-marks.ts";

export interface ScaleDot {
  readonly value: number;
  readonly target: Target;
}
export interface ScaleChart {
  readonly dots: readonly ScaleDot[];
  readonly min: number;
  readonly max: number;
  readonly label: string;
  readonly median: { readonly value: number; readonly label: string } | null;
  readonly recorded: { readonly value: number; readonly label: string } | null;
}

/** Every prediction as a dot on the scale; equal ones stand on each other. */
export function drawScale(chart: ScaleChart, { width, isSmall }: Drawing): Element {
  const above = new Map<number, number>();
  const stacked = chart.dots.map((dot) => {
    const y = (above.get(dot.value) ?? 0) + 1;
    above.set(dot.value, y);
    return { x: dot.value, y };
  });
  const most = Math.max(4, ...above.values());
  const lines = [chart.median, chart.recorded];
  const [middle, recording] = lines.map((line) => (line === null ? [] : [line]));
  return drawPlot({
    ...GROUND,
    width,
    height: Math.min(420, 110 + most * 12),
    marginLeft: 16,
    marginTop: 44,
    x: { domain: domain(chart), label: chart.label, ticks: isSmall ? 5 : 8 },
    y: { axis: null, domain: [0, most + 0.5] },
    marks: [
      Plot.ruleY([0], ZERO),
      Plot.ruleX(middle ?? [], { x: "value", stroke: "var(--ink)", strokeWidth: 1.8 }),
      Plot.text(middle ?? [], {
        x: "value",
        text: "label",
        frameAnchor: "top",
        dy: -28,
        fill: "var(--ink)",
        ...anchored(chart),
      }),
      Plot.ruleX(recording ?? [], { x: "value", stroke: "var(--accent)", strokeWidth: 2.2, strokeDasharray: "6 4" }),
      Plot.text(recording ?? [], {
        x: "value",
        text: "label",
        frameAnchor: "top",
        dy: -12,
        fill: "var(--accent)",
        ...anchored(chart),
      }),
      Plot.dot(stacked, {
        x: "x",
        y: "y",
        r: 5,
        fill: "var(--plot-2)",
        stroke: "var(--panel)",
        render: targets(chart.dots.map(({ target }) => target)),
      }),
    ],
  });
}

/** The scale, and the recorded answer where it lies beyond. */
function domain({ min, max, recorded, dots }: ScaleChart): [number, number] {
  const all = [min, max, ...dots.map(({ value }) => value), ...(recorded === null ? [] : [recorded.value])];
  return [Math.min(...all), Math.max(...all)];
}

/** Words near the end of the scale stand before their line. */
function anchored(chart: ScaleChart): Plot.TextOptions {
  const [low, high] = domain(chart);
  const middle = (low + high) / 2;
  const isLate = [chart.median, chart.recorded].some((line) => line !== null && line.value > middle);
  return { textAnchor: isLate ? "end" : "start" };
}

export interface RunChart {
  readonly marks: RunMarks;
  readonly looks: readonly CurveLook[];
  readonly x: string;
  readonly y: string;
  readonly label: (mark: RunMark) => string;
}

export function drawRuns({ marks, looks, x, y, label }: RunChart, { width, isSmall }: Drawing): Element {
  const target = (mark: RunMark): Target => ({ id: mark.id, label: label(mark) });
  const own = looks.flatMap((look, lane): Plot.Markish[] => {
    const mine = marks.own.filter((mark) => mark.lane === lane);
    const recorded = marks.recorded.filter((mark) => mark.lane === lane);
    return [
      Plot.dot(mine, {
        x: "x",
        y: "y",
        r: radius,
        fillOpacity: 0.75,
        ...paint(look),
        render: targets(mine.map(target)),
      }),
      // A ring around what stands there too.
      Plot.dot(recorded, {
        x: "x",
        y: "y",
        r: (mark: RunMark) =>
          Math.max(10, ...mine.filter((each) => isNear(each, mark)).map((each) => radius(each) + 5)),
        symbol: look.shape,
        fill: "none",
        stroke: look.colour,
        strokeWidth: 2,
        render: targets(recorded.map(target)),
      }),
    ];
  });
  return drawPlot({
    ...GROUND,
    width,
    height: Math.min(480, Math.max(280, width * 0.6)),
    grid: true,
    r: { type: "identity" },
    x: { label: x, ticks: isSmall ? 5 : 8, nice: true },
    y: { label: y, nice: true },
    marks: [Plot.ruleX([0], ZERO), ...own],
  });
}

/** The area grows with the number of runs. */
function radius({ dots }: RunMark): number {
  return Math.max(4, 3 * Math.sqrt(dots.length));
}

/** Numbers that two devices round differently. */
function isNear(a: RunMark, b: RunMark): boolean {
  return Math.abs(a.x - b.x) < 0.05 && Math.abs(a.y - b.y) < 0.05;
}
