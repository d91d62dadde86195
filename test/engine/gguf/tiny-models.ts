/** A GGUF file as a policy: opened from a folder, as the page opens one. */
import { folderFiles } from "../../../src/engine/hub/folder-files.ts";
import { modelsOfLineup } from "../../../src/engine/hub/lineup-models.ts";
import { openLineup } from "../../../src/engine/hub/lineup.ts";
import type { Models } from "../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { offlineFetching } from "../../offline-fetching.ts";
import { tinyGguf } from "./tiny-gguf.ts";

const LLAMA = { architecture: "llama", table: "Q8_0", isTied: true } as const;

/** @param bytes of a GGUF file; a small random Llama where nothing is said */
export async function tinyModels(runtime: Runtime, bytes = tinyGguf(LLAMA)): Promise<Models> {
  const repo = folderFiles("tiny", [{ path: "tiny.Q4_1.gguf", blob: new Blob([bytes]) }]);
  const lineup = await openLineup([{ repo, dtype: null }], {
    runtime,
    limits: { backend: "wasm", maxBufferBytes: null, budgetBytes: null },
    plan: { rows: 2, tokens: 64, promptTokens: 32 },
    fetching: offlineFetching(),
    onProgress: () => undefined,
    startReference: null,
  });
  const { backend, adapter, isSoftware, threads } = runtime;
  return modelsOfLineup(lineup, { backend, adapter, isSoftware, threads, fallbackReason: null });
}
