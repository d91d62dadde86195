/** Means with 95 % confidence intervals, per lane and metric. */
import { mean as meanOf, meanInterval } from "../../src/core/stats.ts";
import { pushIdsOfAll } from "../../src/core/push-ids.ts";
import { isSourceId } from "../../src/core/sources/spec.ts";
import { OBJECTIVE_IDS } from "../../src/core/types.ts";
import type { EvalRun } from "./runs.ts";

export interface SummaryRow {
  readonly lane: string;
  readonly metric: string;
  /** Runs for which the metric is defined. */
  readonly n: number;
  readonly mean: number;
  /** Null bounds where one value alone says nothing about its spread. */
  readonly ci95: readonly [number | null, number | null];
}

type Metric = readonly [name: string, read: (run: EvalRun) => number | null | undefined];

const METRICS: readonly Metric[] = [
  ...OBJECTIVE_IDS.map((id): [string, (run: EvalRun) => number | null | undefined] => [
    `truth.${id}`,
    (run) => run.truth[id],
  ]),
  ...OBJECTIVE_IDS.map((id): [string, (run: EvalRun) => number | null | undefined] => [
    `reward.${id}`,
    (run) => run.reward[id],
  ]),
  ["klSteer", (run) => run.klSteer],
  ["klSum", (run) => run.klSum],
  ["klPerToken", (run) => run.klPerToken],
  ["basePerplexity", (run) => run.basePerplexity],
  ["distinct2", (run) => run.distinct2],
  ["length", (run) => run.tokens.length],
];

export function summarise(lanes: readonly string[], runs: readonly EvalRun[]): SummaryRow[] {
  return lanes.flatMap((lane) => {
    const own = runs.filter((run) => run.lane === lane);
    return metricsOf(runs).flatMap(([metric, read]) => {
      const values = own.flatMap((run) => {
        const value = read(run);
        return typeof value === "number" && Number.isFinite(value) ? [{ cluster: run.promptId, value }] : [];
      });
      return values.length === 0 ? [] : [{ lane, metric, n: values.length, ...interval(values) }];
    });
  });
}

/** Scores of sources come after the rewards, under their ids. */
function metricsOf(runs: readonly EvalRun[]): readonly Metric[] {
  const ids = pushIdsOfAll(runs.map(({ sources = {} }) => sources));
  const scores = ids.flatMap((id): Metric[] =>
    isSourceId(id) ? [[`source.${id}`, (run): number | null | undefined => run.sources?.[id]]] : [],
  );
  return [...METRICS, ...scores];
}

interface Observation {
  readonly cluster: string;
  readonly value: number;
}

/**
 * Student's interval over prompts: seeds of one prompt are no independent evidence, so each prompt counts by its mean.
 * With a single prompt the seeds themselves are the sample.
 */
function interval(values: readonly Observation[]): Pick<SummaryRow, "mean" | "ci95"> {
  const clusters = [...new Set(values.map((item) => item.cluster))].map((cluster) =>
    values.filter((item) => item.cluster === cluster),
  );
  const units =
    clusters.length > 1
      ? clusters.map((own) => meanOf(own.map((item) => item.value)))
      : values.map((item) => item.value);
  const { mean, ci95 } = meanInterval(units);
  return { mean, ci95: ci95 ?? [null, null] };
}

/** The table on standard output: one line a lane, the metrics that any lane has. */
export function table(lanes: readonly string[], summary: readonly SummaryRow[]): string {
  const metrics = [...new Set(summary.map((row) => row.metric))];
  const cells = lanes.map((lane) => [
    lane,
    ...metrics.map(
      (metric) => summary.find((row) => row.lane === lane && row.metric === metric)?.mean.toFixed(3) ?? "-",
    ),
  ]);
  const lines = [["lane", ...metrics], ...cells];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  "),
    )
    .join("\n");
}
