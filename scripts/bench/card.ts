/** What a step costs a graphics card: calls and bytes of a plain step, a head's, an ARM's and a contrast's, cut and whole. */
import type { LaneRequest, LogitReads, RunRequest } from "../../src/core/types.ts";
import type { LoadReport } from "../../workers/protocol.ts";
import type { GpuCounts } from "../lab/gpu-counts.ts";
import type { Lab } from "../lab/open.ts";
import { headSources, sixHeads } from "./heads.ts";

const COUNTED = ["dispatches", "submits", "bindGroups", "bytesRead"] as const;
const NAMES = ["plain", "heads6", "arm", "contrast"] as const;
type Name = (typeof NAMES)[number];

export interface CardRow {
  readonly name: `card-${Name}`;
  readonly backend: "webgpu";
  /** Tokens below this share of the likeliest leave; 0 keeps all, so that rows come whole. */
  readonly plausible: number;
  /** A token. What is read of the finished text is in it. */
  readonly counts: Readonly<Record<(typeof COUNTED)[number], number>>;
  /** Of all rows and steps of the run. */
  readonly reads: LogitReads | null;
}

export interface CardOptions {
  readonly report: LoadReport;
  /** Rows are measured with each; 0 first shows what whole rows cost. */
  readonly plausible: readonly number[];
  /** The longer run less the shorter one: the prompt and the load cancel. */
  readonly tokens: readonly [short: number, long: number];
}

/** Whatever the loaded policy can do: heads need its states, an ARM the laboratory's. */
export async function cardRows(lab: Lab, { report, plausible, tokens }: CardOptions): Promise<CardRow[]> {
  if (report.heads !== undefined) await lab.useHeads(sixHeads(report.heads));
  const hasArms = report.models.some(({ kind }) => kind === "arm");
  const names = NAMES.filter((name) => (name === "heads6" ? report.heads !== undefined : name !== "arm" || hasArms));
  const rows: CardRow[] = [];
  for (const bound of plausible) {
    for (const name of names) {
      const runOf = async (length: number) => {
        const before = await lab.askGpu("counts", "engine");
        const events = await lab.run(cardRequest(name, bound, length));
        const failed = events.find((event) => event.type === "failed");
        if (failed !== undefined) throw new Error(failed.error.message);
        const finished = events.find((event) => event.type === "finished");
        return { counts: less(await lab.askGpu("counts", "engine"), before), reads: finished?.reads ?? null };
      };
      const [short, long] = [await runOf(tokens[0]), await runOf(tokens[1])];
      const counts = map((key) => (long.counts[key] - short.counts[key]) / (tokens[1] - tokens[0]));
      rows.push({ name: `card-${name}`, backend: "webgpu", plausible: bound, counts, reads: long.reads });
    }
  }
  return rows;
}

export function cardLines(rows: readonly CardRow[]): string[] {
  return rows.map(({ name, plausible, counts, reads }) => {
    const calls = `${counts.dispatches.toFixed(1)} programs, ${counts.bindGroups.toFixed(1)} bind groups, ${counts.submits.toFixed(1)} submissions`;
    return `card: ${name}, plausible ${plausible}: ${calls} and ${counts.bytesRead.toFixed(0)} bytes read a token, ${readsText(reads)}`;
  });
}

function readsText(reads: LogitReads | null): string {
  if (reads === null) return "no rows can be cut";
  const whole = Object.entries(reads.whole).map(([reason, rows]) => `${rows} whole (${reason})`);
  return [`${reads.cut} rows cut`, ...whole].join(", ");
}

function cardRequest(name: Name, plausible: number, maxTokens: number): RunRequest {
  const sampling = { plausible, temperature: 0.7, topK: 0, topP: 1, minP: 0 };
  const heads = headSources();
  const strategies: Readonly<Record<Name, LaneRequest["strategy"]>> = {
    plain: { id: "base" },
    heads6: { id: "genarm", beta: 1, weights: heads.weights },
    arm: { id: "genarm", beta: 1, weights: { joy: 0.5 } },
    contrast: { id: "genarm", beta: 1, weights: { s1: 0.5 } },
  };
  const contrast = { id: "s1", name: "Kind", type: "contrastive", model: "policy" } as const;
  return {
    version: 1,
    // Joy is an objective of stories.
    kind: name === "arm" ? "story" : "advice",
    prompt: "How do I descale a kettle?",
    seed: 1,
    maxTokens,
    suppressEnd: true,
    ...(name === "heads6" && { sources: heads.sources }),
    ...(name === "contrast" && { sources: [{ ...contrast, better: "Be kind.", worse: "Be rude." }] }),
    lanes: [{ name, strategy: strategies[name], sampling }],
  };
}

function less(after: GpuCounts, before: GpuCounts): CardRow["counts"] {
  return map((key) => after[key] - before[key]);
}

function map(value: (key: (typeof COUNTED)[number]) => number): CardRow["counts"] {
  return Object.fromEntries(COUNTED.map((key) => [key, value(key)])) as Record<(typeof COUNTED)[number], number>;
}
