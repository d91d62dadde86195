/** The rows that `bench` prints, for people and as the last line for programs. */
import type { StepCounts } from "./counts.ts";
import { forwardsOnly } from "./counts.ts";
import { median, quantile, type Round } from "./time.ts";
import { COMPARED_WITH, ROW_NAMES, type RowName } from "./workload.ts";

export interface BenchRow {
  readonly name: RowName;
  readonly backend: "wasm" | "webgpu";
  /** Per token and lane; null where only counts mean something. */
  readonly ms: { readonly median: number; readonly p10: number; readonly p90: number } | null;
  readonly ratioTo: RowName | null;
  /** Median over rounds of this row's time over the other's: below 1 is faster. */
  readonly ratio: number | null;
  readonly counts: StepCounts;
}

export function timedRows(
  backend: BenchRow["backend"],
  rounds: readonly Round[],
  counts: Readonly<Record<RowName, StepCounts>> | null,
): BenchRow[] {
  return ROW_NAMES.map((name) => {
    const values = rounds.map((round) => round.ms[name]);
    const other = COMPARED_WITH[name];
    return {
      name,
      backend,
      ms: spread(values),
      ratioTo: other,
      ratio: other === null ? null : round(median(rounds.map(({ ms }) => ms[name] / ms[other]))),
      counts: counts?.[name] ?? forwardsOnly(round(median(rounds.map(({ forwards }) => forwards[name])))),
    };
  });
}

export function countedRows(counts: Readonly<Record<RowName, StepCounts>>): BenchRow[] {
  return ROW_NAMES.map((name) => ({
    name,
    backend: "webgpu",
    ms: null,
    ratioTo: COMPARED_WITH[name],
    ratio: null,
    counts: counts[name],
  }));
}

export function table(rows: readonly BenchRow[]): string {
  const head = [
    "row",
    "backend",
    "ms",
    "p10-p90",
    "ratio",
    "forwards",
    "dispatches",
    "submits",
    "bind groups",
    "buffers",
    "bytes read",
  ];
  const lines = rows.map(({ name, backend, ms, ratioTo, ratio, counts }) => [
    name,
    backend,
    ms === null ? "-" : ms.median.toFixed(2),
    ms === null ? "-" : `${ms.p10.toFixed(2)}-${ms.p90.toFixed(2)}`,
    ratio === null ? "-" : `${ratio.toFixed(2)} x ${ratioTo}`,
    ...Object.values(counts).map((count: number) => count.toFixed(count % 1 === 0 ? 0 : 1)),
  ]);
  const widths = head.map((cell, column) => Math.max(cell.length, ...lines.map((line) => line[column]?.length ?? 0)));
  return [head, ...lines]
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function spread(values: readonly number[]): NonNullable<BenchRow["ms"]> {
  return { median: round(median(values)), p10: round(quantile(values, 0.1)), p90: round(quantile(values, 0.9)) };
}

export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
