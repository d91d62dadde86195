/** WebGPU calls per token in the steady state: a longer run less a shorter one, so that prefill and judging cancel. */
import type { GpuCounts } from "../lab/gpu-counts.ts";
import type { Lab } from "../lab/open.ts";
import { ALONE, N, requestFor, ROW_NAMES, type RowName, type RunName } from "./workload.ts";

/** Per token; `liveBuffers` of the counter is left out, a level and no rate. */
export interface StepCounts {
  readonly forwards: number;
  readonly dispatches: number;
  readonly submits: number;
  readonly bindGroups: number;
  readonly buffers: number;
  readonly bytesRead: number;
}

const KEYS = ["forwards", "dispatches", "submits", "bindGroups", "buffers", "bytesRead"] as const;
const SHORT = 12;
const LONG = 20;
const NONE: StepCounts = { forwards: 0, dispatches: 0, submits: 0, bindGroups: 0, buffers: 0, bytesRead: 0 };

/** WebAssembly has forwards alone. */
export function forwardsOnly(forwards: number): StepCounts {
  return { ...NONE, forwards };
}

export async function countSteps(lab: Lab): Promise<Record<RowName, StepCounts>> {
  const counts = new Map<RunName | RowName, StepCounts>();
  let prompt: readonly number[] = [];
  for (const name of ["plain", "genarm1", "genarm2", "vas", "bon16", "lanes4", "bon4"] as const) {
    const runOf = async (tokens: number): Promise<StepCounts> => {
      const before = await lab.askGpu("counts", "engine");
      const timed = await lab.page.evaluate((request) => window.bench.timeRun(request), requestFor(name, tokens, 1));
      prompt = timed.promptTokens;
      return difference(await lab.askGpu("counts", "engine"), before, timed.forwards);
    };
    counts.set(name, await steady(runOf));
  }
  const generate = await steady(async (tokens) => {
    const before = await lab.askGpu("counts", "peer");
    await lab.page.evaluate(([ids, count]) => window.bench.timeGenerate(ids, count), [prompt, tokens] as const);
    return difference(await lab.askGpu("counts", "peer"), before, tokens);
  });
  counts.set("generate", generate);
  counts.set(
    "bon16-generate",
    map(NONE, (key) => generate[key] * N),
  );
  counts.set(
    "lanes4-alone",
    map(NONE, (key) => ALONE.reduce((sum, name) => sum + (counts.get(name)?.[key] ?? NaN), 0)),
  );
  return Object.fromEntries(ROW_NAMES.map((row) => [row, counts.get(row) ?? NONE])) as Record<RowName, StepCounts>;
}

async function steady(runOf: (tokens: number) => Promise<StepCounts>): Promise<StepCounts> {
  const short = await runOf(SHORT);
  const long = await runOf(LONG);
  return map(short, (key) => (long[key] - short[key]) / (LONG - SHORT));
}

function difference(after: GpuCounts, before: GpuCounts, forwards: number): StepCounts {
  return map(NONE, (key) => (key === "forwards" ? forwards : after[key] - before[key]));
}

function map(like: StepCounts, value: (key: keyof StepCounts) => number): StepCounts {
  const entries = KEYS.map((key) => [key, value(key)]);
  return { ...like, ...(Object.fromEntries(entries) as Record<keyof StepCounts, number>) };
}
