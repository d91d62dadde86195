/** The numbers of each chart as a table: what is drawn and nothing else, unrounded. */
import { OBJECTIVE_IDS } from "../../core/types.ts";
import type { SweepSetting } from "../../core/sweep.ts";
import type { MeanInterval } from "../../core/stats.ts";
import { csvOf, type Cell } from "../stage/tables.ts";
import type { Curve, CurveView } from "./curves.ts";
import type { MapView, TradeoffMap } from "./tradeoff.ts";

export interface ChartTable {
  readonly head: readonly string[];
  /** `id` names the mark of the chart that shows the row. */
  readonly rows: readonly { readonly id: string; readonly cells: readonly Cell[] }[];
}

const SETTING_HEAD = ["strategy", "weights", "strength 1/β", "N"];

function settingCells({ strategy, weights, beta, n }: SweepSetting): Cell[] {
  const named = OBJECTIVE_IDS.flatMap((id) => (weights[id] === undefined ? [] : [`${id} ${weights[id]}`]));
  return [strategy, named.join(", "), beta === 0 ? null : 1 / beta, n === 0 ? null : n];
}

export function mapTable({ dots }: TradeoffMap, { a, b, measure }: MapView): ChartTable {
  return {
    head: [...SETTING_HEAD, `${a} ${measure} (sd)`, `${b} ${measure} (sd)`, "runs", "front"],
    rows: dots.map((dot) => ({
      id: dot.id,
      cells: [...settingCells(dot.setting), dot.x, dot.y, dot.runs, dot.isOnFront ? "yes" : ""],
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
          turn?.at === index ? (turn.isClear ? "truth turns down" : "truth turns down, within noise") : "",
        ],
      })),
    ),
  };
}

function intervalCells(value: MeanInterval | null): Cell[] {
  return [value?.mean ?? null, value?.ci95?.[0] ?? null, value?.ci95?.[1] ?? null];
}

export function chartCsv({ head, rows }: ChartTable): string {
  return csvOf(
    head,
    rows.map(({ cells }) => cells),
  );
}
