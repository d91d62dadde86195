/** Fixture models as the page would load them, and what PyTorch says they give. */
import type { Dtype } from "../../../src/core/hub.ts";
import { readdirSync, readFileSync } from "node:fs";
import { fetchModel, type FetchedModel } from "../../../src/engine/hub/fetch-model.ts";
import { folderFiles, type FolderFile } from "../../../src/engine/hub/folder-files.ts";
import { ModelCache } from "../../../src/engine/hub/model-cache.ts";
import type { HubModel } from "../../../src/engine/hub/hub-model.ts";
import { openHubModel } from "../../../src/engine/hub/open-model.ts";
import type { RepoFiles } from "../../../src/engine/hub/repo.ts";
import { memoryShelf } from "../../../src/engine/hub/shelf.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";

export const HUB_MODELS = "test/fixtures/hub/models";

interface Encoding {
  readonly text: string;
  readonly ids: number[];
  readonly bare: number[];
  readonly decoded: string;
}

export interface ExpectedRow {
  readonly prompt: number[];
  readonly steps: number[];
  readonly logits: number[];
  readonly chosenLogprobs: number[];
  readonly top5: [number, number][];
}

interface Expected {
  readonly causal: Record<
    string,
    {
      readonly tokens: number;
      readonly rows: ExpectedRow[];
      readonly q4?: ExpectedRow[];
      readonly encodings: Encoding[];
      readonly chat: {
        readonly messages: { role: "system" | "user"; content: string }[];
        readonly text: string;
        readonly ids: number[];
      } | null;
    }
  >;
  readonly classifiers: Record<
    string,
    {
      readonly rows: { readonly text: string; readonly ids: number[]; readonly logits: number[] }[];
      readonly encodings: Encoding[];
    }
  >;
  /** One answer under each model and prompt, nats a token, on the Llama siblings. */
  readonly sources: Readonly<
    Record<"prompt" | "better" | "worse" | "response", number[]> &
      Record<"strong" | "weak" | "betterLogprobs" | "worseLogprobs", number[]> & {
        followUps: Record<"positive" | "negative", Continued[]>;
      }
  >;
}

interface Continued {
  readonly text: string;
  readonly ids: number[];
  readonly logprobs: number[];
}

export const expected = JSON.parse(readFileSync("test/fixtures/hub/expected.json", "utf8")) as Expected;

export function fixtureFolder(name: string): FolderFile[] {
  const folder = `${HUB_MODELS}/${name}`;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .map((path) => ({ path: path.slice(folder.length + 1), blob: new Blob([new Uint8Array(readFileSync(path))]) }));
}

export function fetchFixture(source: RepoFiles, dtype: Dtype | null = null): Promise<FetchedModel> {
  return fetchModel(source, {
    cache: new ModelCache(memoryShelf()),
    device: { backend: "wasm", hasF16: false },
    dtype,
    timing: { now: () => 0, sleep: () => new Promise(() => undefined) },
    signal: new AbortController().signal,
    onProgress: () => undefined,
    freeBytes: async () => null,
  });
}

export async function openFixture(runtime: Runtime, name: string, dtype: Dtype | null = null): Promise<HubModel> {
  const fetched = await fetchFixture(folderFiles(name, fixtureFolder(name)), dtype);
  return openHubModel(fetched, {
    runtime,
    limits: { backend: "wasm", maxBufferBytes: null, budgetBytes: null },
    usedBytes: 0,
    plan: { rows: 4, tokens: 64, promptTokens: 32 },
  });
}
