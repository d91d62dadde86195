/** The charts as Observable Plot draws them: data in, SVG out. */
import * as Plot from "@observablehq/plot";
import { STRATEGY_IDS } from "../../state/settings/settings-data.ts";
import type { Curve, CurvePoint, CurveView, KlTarget } from "../../state/sweep/curves.ts";
import { frontSteps, type MapView, type TradeoffMap } from "../../state/sweep/tradeoff.ts";
import { curveX, curveY, dotText, drawing, pointText } from "../words/charts.ts";
import { curveLook, strategyLook, type CurveLook } from "./marks.ts";

/** A mark that can be pointed at: `id` is that of its row in the table. */
export interface Target {
  readonly id: string;
  readonly label: string;
}

export interface Drawing {
  readonly width: number;
  readonly isSmall: boolean;
}

type RenderTransform = Exclude<Plot.DotOptions["render"], undefined>;

/** Gives each drawn dot its id and its words. */
export function targets(list: readonly Target[]): RenderTransform {
  return (index, scales, values, dimensions, context, next) => {
    const group = next?.(index, scales, values, dimensions, context) ?? null;
    if (group === null) return null;
    group.setAttribute("data-targets", "");
    for (const [i, child] of [...group.children].entries()) {
      const target = list[index[i] ?? -1];
      if (target === undefined) continue;
      child.setAttribute("data-target", target.id);
      child.setAttribute("aria-label", target.label);
    }
    return group;
  };
}

export const GROUND = {
  style: { background: "none", fontSize: "12px", overflow: "visible" },
  marginLeft: 52,
  marginBottom: 44,
};
export const ZERO = { stroke: "var(--line)", strokeWidth: 1.5 };

export function paint({ colour, shape, isHollow }: CurveLook): Plot.DotOptions {
  return isHollow
    ? { symbol: shape, stroke: colour, fill: "var(--panel)", strokeWidth: 1.8 }
    : { symbol: shape, fill: colour, stroke: "var(--panel)", strokeWidth: 0.8 };
}

export function drawMap({ dots, reference }: TradeoffMap, view: MapView, { width, isSmall }: Drawing): Element {
  const marks = STRATEGY_IDS.flatMap((strategy): Plot.Markish[] => {
    const own = dots.filter((dot) => dot.strategy === strategy);
    if (own.length === 0) return [];
    const look = strategyLook(strategy);
    const labels = own.map((dot) => ({ id: dot.id, label: dotText(dot, view) }));
    return [
      Plot.line(frontSteps(dots, strategy), { stroke: look.colour, strokeWidth: 1.6, strokeOpacity: 0.75 }),
      Plot.dot(own, {
        x: "x",
        y: "y",
        r: view.grain === "runs" ? 4.5 : 6,
        fillOpacity: (dot: (typeof own)[number]) => (dot.isOnFront ? 1 : 0.45),
        ...paint(look),
        render: targets(labels),
      }),
    ];
  });
  const corner = reference === null ? [] : [reference];
  return drawPlot({
    ...GROUND,
    width,
    height: Math.min(520, Math.max(300, width * 0.72)),
    grid: true,
    x: { label: drawing.mapX(view), ticks: isSmall ? 5 : 8, nice: true },
    y: { label: drawing.mapY(view), nice: true },
    marks: [
      Plot.ruleX([0], ZERO),
      Plot.ruleY([0], ZERO),
      Plot.dot(corner, { symbol: "times", stroke: "var(--muted)", r: 6 }),
      Plot.text(corner, { text: [drawing.reference], dx: 8, dy: -10, textAnchor: "start", fill: "var(--muted)" }),
      ...marks,
    ],
  });
}

/** Which lines a chart of curves shows: both, or one of them in full colour. */
export type ShownMeasure = "both" | "truth" | "proxy";

export function drawCurves(
  curves: readonly Curve[],
  view: CurveView,
  shown: ShownMeasure,
  { width, isSmall, target }: Drawing & { readonly target: KlTarget },
): Element {
  const ticks = [...new Set(curves.flatMap(({ points }) => points.map(({ x }) => x)))].toSorted((a, b) => a - b);
  return drawPlot({
    ...GROUND,
    width,
    height: Math.min(480, Math.max(300, width * 0.6)),
    grid: true,
    x:
      view.x === "n"
        ? { type: "log", base: 2, ticks, tickFormat: (n: number) => String(n), label: curveX("n", target) }
        : { label: curveX(view.x, target), ticks: isSmall ? 5 : 8, nice: true, zero: true },
    y: {
      label: curveY(view.of, shown),
      nice: true,
    },
    marks: [
      Plot.ruleY([0], ZERO),
      ...curves.flatMap((curve) => [
        ...(shown === "proxy" ? [] : lineOf(curve, "truth", false)),
        ...(shown === "truth" ? [] : lineOf(curve, "proxy", shown === "both")),
        ...(shown === "both" ? turnMark(curve) : []),
      ]),
    ],
  });
}

function lineOf(curve: Curve, of: "truth" | "proxy", isDashed: boolean): Plot.Markish[] {
  const look = curveLook(curve);
  const known = curve.points.flatMap((point, index) => {
    const value = point[of];
    return value === null
      ? []
      : [{ x: point.x, y: value.mean, ci: value.ci95, label: labelOf(curve, point, index, of) }];
  });
  const banded = known.flatMap(({ x, ci }) => (ci === null || !curve.isBanded ? [] : [{ x, low: ci[0], high: ci[1] }]));
  const dash = isDashed ? { strokeDasharray: "5 4" } : {};
  const line = { stroke: look.colour, strokeWidth: isDashed ? 1.6 : 2.2, ...dash };
  return [
    curve.isJoined && banded.length > 1
      ? Plot.areaY(banded, { x: "x", y1: "low", y2: "high", fill: look.colour, fillOpacity: isDashed ? 0.06 : 0.13 })
      : Plot.ruleX(banded, { x: "x", y1: "low", y2: "high", stroke: look.colour, strokeOpacity: 0.4 }),
    ...(curve.isJoined ? [Plot.line(known, { x: "x", y: "y", ...line })] : []),
    Plot.dot(known, {
      x: "x",
      y: "y",
      r: isDashed ? 3.5 : 5,
      ...paint({ ...look, isHollow: look.isHollow || isDashed }),
      render: targets(known.map(({ label }) => label)),
    }),
  ];
}

function labelOf(curve: Curve, point: CurvePoint, index: number, of: "truth" | "proxy"): Target {
  return { id: `${curve.id}/${index}`, label: pointText(curve, point, of) };
}

function turnMark({ points, turn, ...curve }: Curve): Plot.Markish[] {
  const point = turn === null ? undefined : points[turn.at];
  const truth = point?.truth ?? null;
  if (turn === null || point === undefined || truth === null) return [];
  const at = [{ x: point.x, y: truth.mean }];
  const { colour } = curveLook(curve);
  return [
    Plot.dot(at, { x: "x", y: "y", r: 11, stroke: colour, strokeWidth: 1.6 }),
    // Falls within noise are ringed and told in words beside the chart; their labels would cover each other.
    Plot.text(turn.isClear ? at : [], {
      x: "x",
      y: "y",
      text: [drawing.falls],
      dy: -18,
      fill: "var(--ink)",
      stroke: "var(--panel)",
      strokeWidth: 4,
    }),
  ];
}

/** One symbol for a legend. */
export function drawShape(look: CurveLook): Element {
  const size = { width: 16, height: 16, margin: 0, axis: null };
  return drawPlot({ ...size, marks: [Plot.dot([0], { frameAnchor: "middle", r: 5.5, ...paint(look) })] });
}

/** Plot writes a style element, which the page's policy refuses: `Figure.svelte` holds those rules instead. */
export function drawPlot(options: Plot.PlotOptions): Element {
  const drawn = Plot.plot(options);
  for (const style of drawn.querySelectorAll("style")) style.remove();
  return drawn;
}
