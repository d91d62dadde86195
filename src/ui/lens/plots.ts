/** The charts of the lens as Observable Plot draws them. */
import * as Plot from "@observablehq/plot";
import { histogram } from "../../state/stage/histogram.ts";
import type { LengthFacts, LengthPoint, LengthUnit } from "../../state/lens/length.ts";
import type { ScoredGroup } from "../../state/lens/standing.ts";
import { drawPlot, GROUND, targets, type Drawing } from "../sweep/plots.ts";
import { groupName, lengthLens, pointText, standing } from "../words/lens.ts";

const BINS = 12;

export interface GroupBin {
  readonly id: string;
  readonly group: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** One scale for all groups. */
export function groupBins(groups: readonly ScoredGroup[]): readonly GroupBin[] {
  const bins = histogram(
    groups.map(({ texts }) => texts.map(({ score }) => score)),
    BINS,
  );
  return groups.flatMap(({ label }, g) =>
    bins.map(({ from, to, counts }, b) => {
      // One number alone has no range; its bar gets a little width.
      const pad = from === to ? Math.max(1e-3, Math.abs(from) * 0.02) : 0;
      return { id: `${g}/${b}`, group: groupName(label), from: from - pad, to: to + pad, count: counts[g]! };
    }),
  );
}

/** Colours are CSS variables of `Figure.svelte`; groups stand below each other under their names, so colour says nothing alone. */
export function groupColour(place: number): string {
  return `var(--plot-${place % 8})`;
}

export function drawGroups(
  groups: readonly ScoredGroup[],
  inView: number | null,
  unit: string,
  { width, isSmall }: Drawing,
): Element {
  const names = groups.map(({ label }) => groupName(label));
  const bins = groupBins(groups).filter(({ count }) => count > 0);
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const label = ({ group, from, to, count }: GroupBin): string => standing.bin(group, from, to, count);
  return drawPlot({
    ...GROUND,
    width,
    height: Math.max(220, 60 + 84 * names.length),
    marginTop: 24,
    marginRight: 12,
    x: { label: standing.axis(unit), ticks: isSmall ? 4 : 8, nice: true },
    y: { label: standing.counts, ticks: [0, Math.ceil(most / 2), most], tickFormat: "d", grid: true },
    fy: { domain: names, label: null, axis: null },
    marks: [
      Plot.rectY(bins, {
        x1: "from",
        x2: "to",
        y: "count",
        fy: "group",
        fill: ({ group }: GroupBin) => groupColour(names.indexOf(group)),
        insetLeft: 0.5,
        insetRight: 0.5,
        render: targets(bins.map((bin) => ({ id: bin.id, label: label(bin) }))),
      }),
      Plot.text(names, {
        fy: (name: string) => name,
        text: (name: string) => name,
        frameAnchor: "top-right",
        dx: -4,
        fill: "var(--ink)",
        stroke: "var(--panel)",
        strokeWidth: 4,
        fontWeight: 600,
      }),
      ...(inView === null
        ? []
        : [Plot.ruleX([inView], { stroke: "var(--accent)", strokeWidth: 2, strokeDasharray: "4 3" })]),
      Plot.ruleY([0], { stroke: "var(--line)" }),
    ],
  });
}

/** Filled marks have length taken out; where p is not 0, hollow ones show the reward as it is. */
export function drawLengths(
  { points, bestBefore, bestAfter }: LengthFacts,
  { unit, rewardUnit, p }: { readonly unit: LengthUnit; readonly rewardUnit: string; readonly p: number },
  { width, isSmall }: Drawing,
): Element {
  const isFree = p !== 0;
  const ring = (best: LengthPoint | null, y: "reward" | "free", text: string, dy: number): Plot.Markish[] =>
    best === null
      ? []
      : [
          Plot.dot([best], { x: "length", y, r: 10, stroke: "var(--ink)", strokeWidth: 1.5 }),
          Plot.text([best], {
            x: "length",
            y,
            text: [text],
            dy,
            fill: "var(--ink)",
            stroke: "var(--panel)",
            strokeWidth: 4,
          }),
        ];
  return drawPlot({
    ...GROUND,
    width,
    height: Math.min(420, Math.max(280, width * 0.55)),
    grid: true,
    // Room for the words at the outermost marks.
    x: { label: lengthLens.x(unit), ticks: isSmall ? 4 : 8, nice: true, inset: 36 },
    y: { label: lengthLens.y(rewardUnit, isFree), nice: true, inset: 12 },
    marks: [
      ...(isFree
        ? [
            Plot.dot(points, {
              x: "length",
              y: "reward",
              r: 4,
              stroke: "var(--plot-0)",
              fill: "var(--panel)",
              strokeOpacity: 0.7,
            }),
          ]
        : []),
      Plot.dot(points, {
        x: "length",
        y: "free",
        r: 5,
        fill: "var(--plot-2)",
        stroke: "var(--panel)",
        strokeWidth: 0.8,
        render: targets(points.map((point, i) => ({ id: String(i), label: pointText(point, unit) }))),
      }),
      ...ring(bestBefore, isFree ? "reward" : "free", lengthLens.winner.before, -16),
      ...(isFree ? ring(bestAfter, "free", lengthLens.winner.after, -16) : []),
    ],
  });
}

export interface SentenceBar {
  readonly text: string;
  readonly sum: number;
  readonly tokens: number;
}

/** For a file alone: the page has the same bars in a table. A sentence too long for its line is cut. */
export function drawSentences(rows: readonly SentenceBar[], unit: string): Element {
  const name = (i: number): string => {
    const { text } = rows[i]!;
    const said = `${i + 1}. ${text.trim()}`;
    return said.length > SENTENCE_FIT ? `${said.slice(0, SENTENCE_FIT - 1)}…` : said;
  };
  return drawPlot({
    ...GROUND,
    width: 900,
    height: 70 + 28 * rows.length,
    marginLeft: 400,
    marginRight: 16,
    x: { label: unit, grid: true, nice: true },
    y: { domain: [...rows.keys()], label: null, tickFormat: name, tickSize: 0, padding: 0.3 },
    marks: [
      Plot.barX(rows, {
        x: "sum",
        y: (_: SentenceBar, i: number) => i,
        fill: ({ sum }: SentenceBar) => (sum < 0 ? "var(--pull)" : "var(--push)"),
      }),
      Plot.ruleX([0], { stroke: "var(--edge)" }),
    ],
  });
}

const SENTENCE_FIT = 58;
