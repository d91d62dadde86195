/** Two random models of SmolLM2-135M's shape as a line-up, 198 MB each in the file: one writes, the other can steer. */
import type { RunEvent, RunRequest } from "../src/core/types.ts";
import { decode } from "../src/engine/decode/loop.ts";
import { folderFiles } from "../src/engine/hub/folder-files.ts";
import { modelsOfLineup } from "../src/engine/hub/lineup-models.ts";
import { openLineup, type Lineup } from "../src/engine/hub/lineup.ts";
import type { Runtime } from "../src/engine/onnx/runtime.ts";
import { offlineFetching } from "./offline-fetching.ts";
import { randomModel, SMOLLM2_135M } from "./random-model.ts";

export interface FullSize {
  readonly lineup: Lineup;
  /** Bytes that were announced for both, loading included. */
  readonly announcedBytes: number;
  readonly run: (request: RunRequest) => Promise<RunEvent[]>;
}

/** @param tokens of prompt and answer that memory is announced for, in two rows */
export async function openFullSize(runtime: Runtime, tokens: number): Promise<FullSize> {
  const wish = (name: string, seed: number) => {
    return { repo: folderFiles(name, randomModel({ ...SMOLLM2_135M, seed })), dtype: "q4" } as const;
  };
  const lineup = await openLineup([wish("writer", 1), wish("sibling", 2)], {
    runtime,
    limits: { backend: "wasm", maxBufferBytes: null, budgetBytes: 2e9 },
    plan: { rows: 2, tokens, promptTokens: 32 },
    fetching: offlineFetching(),
    onProgress: () => undefined,
    startReference: null,
  });
  const { backend, adapter, isSoftware, threads } = runtime;
  const models = await modelsOfLineup(lineup, { backend, adapter, isSoftware, threads, fallbackReason: null });
  const [first, second] = [...lineup.loaded.values()].map(({ need }) => need);
  if (first === undefined || second === undefined) throw new Error("two models were asked for");
  const control = {
    signal: new AbortController().signal,
    now: () => performance.now(),
    turn: async () => undefined,
    takeChanges: () => [],
  };
  return {
    lineup,
    announcedBytes: first.weightBytes + first.cacheBytes + first.logitBytes + second.peakBytes,
    run: async (request) => {
      const events: RunEvent[] = [];
      for await (const event of decode("full-size", request, models, control)) events.push(event);
      return events;
    },
  };
}

const sampling = { plausible: 0, temperature: 0, topK: 0, topP: 1, minP: 0 };
export const PLAIN = { name: "plain", strategy: { id: "base" }, sampling } as const;
export const STEERED = { name: "ratio", strategy: { id: "genarm", beta: 0.5, weights: { s1: 1 } }, sampling } as const;

export function fullSizeRequest(maxTokens: number, lanes: RunRequest["lanes"]): RunRequest {
  return {
    version: 1,
    kind: "advice",
    prompt: "How do I mend a kettle?",
    seed: 1,
    maxTokens,
    suppressEnd: true,
    sources: [{ id: "s1", name: "ratio", type: "sibling-ratio", strong: "sibling", weak: "policy", criteria: "" }],
    lanes,
  };
}
