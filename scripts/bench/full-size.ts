/** What a step costs at the size of SmolLM2-135M: random 4-bit weights, WebAssembly on one thread in Node. */
import type { RunEvent } from "../../src/core/types.ts";
import { fullSizeRequest, openFullSize, PLAIN, STEERED } from "../../test/full-size.ts";
import { wasmRuntime } from "../node/runtimes.ts";
import { median } from "./time.ts";

const TOKENS = 16;

/** One line for plain sampling, one for steering by a second model. */
export async function measureFullSize(): Promise<string[]> {
  const runtime = await wasmRuntime();
  try {
    const { announcedBytes, run } = await openFullSize(runtime, 64);
    const lines: string[] = [];
    for (const lane of [PLAIN, STEERED]) lines.push(line(lane.name, await run(fullSizeRequest(TOKENS, [lane]))));
    const heap = (runtime.memory().heapBytes ?? 0) / 1e6;
    return [
      ...lines,
      `full size: ${heap.toFixed(0)} MB of heap for both, ${(announcedBytes / 1e6).toFixed(0)} announced`,
    ];
  } finally {
    await runtime.dispose();
  }
}

/** The first step reads the prompt and is left out. */
function line(name: string, events: readonly RunEvent[]): string {
  const steps = events.filter((event) => event.type === "step");
  const times = steps.slice(1).map(({ ms }) => ms.policy + ms.rewards + ms.tail);
  const forwards = ((steps.at(-1)?.forwards ?? 0) / steps.length).toFixed(1);
  return `full size: ${name} ${median(times).toFixed(0)} ms a token, ${forwards} forwards`;
}
