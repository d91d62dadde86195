/** The tiny random models, opened with one of Node's runtimes, and what PyTorch says they give. */
import { readFileSync } from "node:fs";
import type { DeviceReport } from "../../../src/core/types.ts";
import { BUNDLE, openBundle, type OpenedBundle } from "../../../src/engine/bundle/assemble.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { diskFiles } from "../../../scripts/node/disk-files.ts";

export const TINY = "test/fixtures/tiny";

/** `outputs[i]` belongs to the prompt followed by the first i steps. */
export interface ExpectedRow {
  readonly prompt: readonly number[];
  readonly steps: readonly number[];
  readonly outputs: readonly unknown[];
}

interface ExpectedCase {
  readonly model: string;
  readonly rows: readonly ExpectedRow[];
}

export function expectedRows(model: string, folder = TINY): readonly ExpectedRow[] {
  const file = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as {
    readonly cases: readonly ExpectedCase[];
  };
  const found = file.cases.find((item) => item.model === model);
  if (found === undefined) throw new Error(`no fixture for ${model} in ${folder}`);
  return found.rows;
}

export function openTiny(runtime: Runtime, folder = TINY): Promise<OpenedBundle> {
  const { backend, adapter, isSoftware, threads } = runtime;
  const device: DeviceReport = { backend, adapter, isSoftware, threads, fallbackReason: null };
  return openBundle(runtime, device, diskFiles(folder), {
    ids: BUNDLE,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
}
