/** Rewards at equal KL as a picture and as a table: each way against one other. */
import * as Plot from "@observablehq/plot";
import { atEqualKl, knotsOf, type AtEqualKl } from "../../core/compare/equal-kl.ts";
import type { SweepPlan } from "../../core/sweep.ts";
import type { KlTarget } from "../../state/sweep/curves.ts";
import type { PricedWay } from "../../state/sweep/equal-kl.ts";
import type { Measure } from "../../state/sweep/measures.ts";
import { equalKlHead, equalKlPoint, equalKlX, equalKlY } from "../words/equal-kl.ts";
import type { ChartTable } from "./chart-tables.ts";
import type { CurveLook } from "./marks.ts";
import { drawPlot, GROUND, paint, targets, ZERO, type Drawing } from "./plots.ts";

/** One way against the other, at every KL that both cover. */
export interface Difference {
  readonly id: string;
  readonly name: string;
  readonly other: string;
  readonly look: CurveLook;
  readonly places: readonly AtEqualKl[];
}

export function differencesTo(
  ways: readonly PricedWay[],
  other: number,
  names: readonly string[],
  looks: readonly CurveLook[],
): Difference[] {
  const base = ways[other];
  if (base === undefined) return [];
  return ways.flatMap(({ id, curve }, i): Difference[] => {
    if (i === other) return [];
    const places = knotsOf(curve, base.curve).flatMap((kl) => atEqualKl(curve, base.curve, kl) ?? []);
    return [{ id, name: names[i]!, other: names[other]!, look: looks[i]!, places }];
  });
}

export function drawEqualKl(
  differences: readonly Difference[],
  other: string,
  { width, isSmall, target }: Drawing & { readonly target: KlTarget },
): Element {
  return drawPlot({
    ...GROUND,
    width,
    height: Math.min(420, Math.max(280, width * 0.5)),
    grid: true,
    x: { label: equalKlX(target), ticks: isSmall ? 5 : 8, nice: true, zero: true },
    y: { label: equalKlY(other), nice: true },
    marks: [Plot.ruleY([0], ZERO), ...differences.flatMap(lineOf)],
  });
}

function lineOf(difference: Difference): Plot.Markish[] {
  const { look, places } = difference;
  const known = places.map((place) => ({ x: place.kl, y: place.difference.mean }));
  const banded = places.flatMap(({ kl, difference: { ci95 } }) =>
    ci95 === null ? [] : [{ x: kl, low: ci95[0], high: ci95[1] }],
  );
  const labels = places.map((place, i) => ({
    id: `${difference.id}/${i}`,
    label: equalKlPoint(difference.name, difference.other, place),
  }));
  return [
    Plot.areaY(banded, { x: "x", y1: "low", y2: "high", fill: look.colour, fillOpacity: 0.12 }),
    Plot.line(known, { x: "x", y: "y", stroke: look.colour, strokeWidth: 2.2 }),
    Plot.dot(known, { x: "x", y: "y", r: 4.5, ...paint(look), render: targets(labels) }),
  ];
}

export function equalKlTable(differences: readonly Difference[], measure: Measure, plan: SweepPlan): ChartTable {
  return {
    head: equalKlHead(measure, plan),
    rows: differences.flatMap(({ id, name, other, places }) =>
      places.map(({ kl, first, second, difference: { mean, ci95 }, groups }, i) => ({
        id: `${id}/${i}`,
        cells: [name, other, kl, first, second, mean, ci95?.[0] ?? null, ci95?.[1] ?? null, groups],
        points: [],
      })),
    ),
  };
}
