/** The numbers of each chart as a table: what is drawn and nothing else, unrounded. The file says where they came from. */
import type { MeanInterval } from "../../core/stats.ts";
import type { SweepPlan, SweepSetting } from "../../core/sweep.ts";
import type { SourceSpec } from "../../core/sources/spec.ts";
import type { ModelRef } from "../../core/types.ts";
import type { Curve, CurveView } from "../../state/sweep/curves.ts";
import type { SweepPoint } from "../../state/sweep/points.ts";
import type { MapView, TradeoffMap } from "../../state/sweep/tradeoff.ts";
import { csvOf, listCell, modelsCell, type Cell } from "../words/csv.ts";
import { weightsCell } from "../words/tables.ts";

export interface ChartTable {
  readonly head: readonly string[];
  /** `id` names the mark of the chart that shows the row, `points` those of the sweep behind it. */
  readonly rows: readonly {
    readonly id: string;
    readonly cells: readonly Cell[];
    readonly points: readonly string[];
  }[];
}

/** The sweep that a chart shows. */
export interface ChartOrigin {
  readonly plan: SweepPlan;
  readonly points: readonly SweepPoint[];
  readonly models: readonly ModelRef[];
}

export const SETTING_HEAD = ["strategy", "weights", "strength 1/β", "N"];

/** @param sources that the weights may name */
export function settingCells(
  { strategy, weights, beta, n }: SweepSetting,
  sources: readonly SourceSpec[] = [],
): Cell[] {
  return [strategy, weightsCell(weights, sources), beta === 0 ? null : 1 / beta, n === 0 ? null : n];
}

export function mapTable({ dots }: TradeoffMap, { a, b, measure }: MapView): ChartTable {
  return {
    head: [...SETTING_HEAD, `${a} ${measure} (sd)`, `${b} ${measure} (sd)`, "runs", "front"],
    rows: dots.map((dot) => ({
      id: dot.id,
      cells: [...settingCells(dot.setting), dot.x, dot.y, dot.runs, dot.isOnFront ? "yes" : ""],
      points: dot.points,
    })),
  };
}

export function curveTable(curves: readonly Curve[], { of }: CurveView): ChartTable {
  const what = of === "wish" ? "as weighted" : `${of} sd`;
  return {
    head: [
      ...SETTING_HEAD,
      "ranked by",
      "KL (nats)",
      "KL bound (nats)",
      ...["truth", "judge"].flatMap((name) => [`${name} (${what})`, `${name} 95% from`, `${name} 95% to`]),
      "forwards a run",
      "runs",
      "remark",
    ],
    rows: curves.flatMap(({ id, rule, points, turn }) =>
      points.map((point, index) => ({
        id: `${id}/${index}`,
        cells: [
          ...settingCells(point.setting),
          rule,
          point.kl,
          point.bound,
          ...intervalCells(point.truth),
          ...intervalCells(point.proxy),
          point.forwards,
          point.runs,
          turn?.at === index
            ? turn.isClear
              ? "truth falls after this"
              : "truth falls after this, perhaps by noise"
            : "",
        ],
        points: point.points,
      })),
    ),
  };
}

function intervalCells(value: MeanInterval | null): Cell[] {
  return [value?.mean ?? null, value?.ci95?.[0] ?? null, value?.ci95?.[1] ?? null];
}

export const ORIGIN_HEAD = [
  "kind",
  "prompts",
  "seeds",
  "length",
  "plausible",
  "temperature",
  "top-k",
  "top-p",
  "min-p",
  "candidates k",
  "models",
];

export function chartCsv({ head, rows }: ChartTable, origin: ChartOrigin): string {
  const byId = new Map(origin.points.map((point) => [point.id, point]));
  return csvOf(
    [...head, ...ORIGIN_HEAD],
    rows.map(({ cells, points: ids }) => [
      ...cells,
      ...originCells(
        ids.flatMap((id) => byId.get(id) ?? []),
        origin,
      ),
    ]),
  );
}

/** Under `ORIGIN_HEAD`. @param own the runs behind a row */
export function originCells(own: readonly SweepPoint[], { plan, models }: ChartOrigin): Cell[] {
  const { kind, prompts, seeds, maxTokens, sampling, k } = plan;
  const { plausible, temperature, topK, topP, minP } = sampling;
  const ownPrompts = listCell(own.map(({ prompt }) => prompts[prompt] ?? ""));
  const ownSeeds = [...new Set(own.map(({ seed }) => seeds[seed] ?? 0))];
  // One seed alone is a number.
  const seedCell = ownSeeds.length === 1 ? (ownSeeds[0] ?? null) : listCell(ownSeeds.map(String));
  const shared: Cell[] = [maxTokens, plausible, temperature, topK, topP, minP, k];
  return [kind, ownPrompts, seedCell, ...shared, modelsCell(models)];
}
