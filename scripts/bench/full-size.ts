/** What a step costs at the size of SmolLM2-135M: random 4-bit weights, WebAssembly on one thread in Node. */
import type { RunEvent } from "../../src/core/types.ts";
import { fullSizeRequest, openFullSize, PLAIN, STEERED } from "../../test/full-size.ts";
import { wasmRuntime } from "../node/runtimes.ts";
import { forwardsOnly } from "./counts.ts";
import { round, spread, type BenchRow } from "./report.ts";
import { median } from "./time.ts";

const TOKENS = 16;

/** One token after another, so that a row is a lane: `ms` is over tokens, not over rounds. */
export interface FullSizeRow extends Omit<BenchRow, "name" | "ratioTo"> {
  readonly name: "full-plain" | "full-ratio";
  readonly ratioTo: "full-plain" | null;
  /** Of both models together: announced before loading, and of the heap at the end. */
  readonly memory: { readonly announcedBytes: number; readonly usedBytes: number };
}

/** Plain sampling, and steering by a second model. */
export async function measureFullSize(): Promise<FullSizeRow[]> {
  const runtime = await wasmRuntime();
  try {
    const { announcedBytes, run } = await openFullSize(runtime, 128);
    const plain = await run(fullSizeRequest(TOKENS, [PLAIN]));
    const steered = await run(fullSizeRequest(TOKENS, [STEERED]));
    return fullSizeRows(plain, steered, { announcedBytes, usedBytes: runtime.memory().heapBytes ?? 0 });
  } finally {
    await runtime.dispose();
  }
}

/** @param plain events of a run of one lane, `steered` of one with the same length */
export function fullSizeRows(
  plain: readonly RunEvent[],
  steered: readonly RunEvent[],
  memory: FullSizeRow["memory"],
): FullSizeRow[] {
  const [alone, pushed] = [stepTimes(plain), stepTimes(steered)];
  const common = { backend: "wasm", memory } as const;
  return [
    { name: "full-plain", ratioTo: null, ratio: null, ms: spread(alone), counts: forwardsOf(plain), ...common },
    {
      name: "full-ratio",
      ratioTo: "full-plain",
      ratio: round(median(pushed) / median(alone)),
      ms: spread(pushed),
      counts: forwardsOf(steered),
      ...common,
    },
  ];
}

export function fullSizeLines(rows: readonly FullSizeRow[]): string[] {
  const lines = rows.map(
    ({ name, ms, counts }) =>
      `full size: ${name} ${ms?.median.toFixed(0) ?? "-"} ms a token, ${counts.forwards.toFixed(1)} forwards`,
  );
  const { usedBytes = 0, announcedBytes = 0 } = rows[0]?.memory ?? {};
  const inMb = (bytes: number): string => (bytes / 1e6).toFixed(0);
  return [...lines, `full size: ${inMb(usedBytes)} MB of heap for both, ${inMb(announcedBytes)} announced`];
}

function stepsOf(events: readonly RunEvent[]) {
  return events.filter((event) => event.type === "step");
}

/** Milliseconds of each step; the first reads the prompt and is left out. */
function stepTimes(events: readonly RunEvent[]): number[] {
  return stepsOf(events)
    .slice(1)
    .map(({ ms }) => ms.policy + ms.rewards + ms.tail);
}

/** Forwards are told as they add up. */
function forwardsOf(events: readonly RunEvent[]): BenchRow["counts"] {
  const steps = stepsOf(events);
  return forwardsOnly(round((steps.at(-1)?.forwards ?? 0) / steps.length));
}
