/** A folder or a server that has the names of a model's files and not the files. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderFiles, type FolderFile } from "../../../src/engine/hub/folder-files.ts";
import { lookUp } from "../../../src/engine/hub/fetch-model.ts";
import { openHubModel } from "../../../src/engine/hub/open-model.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { fetchFixture, fixtureFolder } from "./hub-models.ts";

const LFS =
  "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 272069\n";
const ANNEX = "/annex/objects/SHA256E-s272069--4d7a214614ab.onnx\n";
const PAGE = "<!DOCTYPE html><html><body>Sign in</body></html>";
const NAME = "llama-instruct-external";

let runtime: Runtime;
beforeAll(async () => void (runtime = await wasmRuntime()));
afterAll(() => runtime.dispose());

function folderWith(path: string, content: string): FolderFile[] {
  const folder = fixtureFolder(NAME);
  if (!folder.some((file) => file.path === path))
    throw new Error(`no ${path} among ${folder.map((f) => f.path).join()}`);
  return folder.map((file) => (file.path === path ? { path, blob: new Blob([content]) } : file));
}

async function open(folder: FolderFile[]): Promise<unknown> {
  return openHubModel(await fetchFixture(folderFiles(NAME, folder)), {
    runtime,
    limits: { backend: "wasm", maxBufferBytes: null, budgetBytes: null },
    usedBytes: 0,
    plan: { rows: 4, tokens: 64, promptTokens: 32 },
  });
}

const PATHS = fixtureFolder(NAME).map(({ path }) => path);
const GRAPH = PATHS.find((path) => path.endsWith(".onnx"))!;
const WEIGHTS = PATHS.find((path) => path.endsWith(".onnx_data"))!;

describe.each([GRAPH, WEIGHTS, "tokenizer.json", "config.json", "tokenizer_config.json"])("%s", (path) => {
  test.each([
    ["a pointer of Git LFS", LFS, /Git LFS.*git lfs pull/],
    ["a pointer of git-annex", ANNEX, /git-annex.*git annex get/],
    ["a web page", PAGE, /is a web page/],
    ["empty", "", /is empty/],
  ])("that is %s is told in one sentence with the file and the way out", async (_, content, message) => {
    await expect(open(folderWith(path, content))).rejects.toMatchObject({
      code: "model-corrupt",
      message: expect.stringMatching(message) as string,
      details: { file: path },
    });
  });
});

test.each([GRAPH, WEIGHTS, "tokenizer.json"])(
  "a folder cloned without Git LFS is told when it is chosen: %s",
  async (path) => {
    const timing = { now: () => 0, sleep: () => new Promise<void>(() => undefined) };
    const listing = lookUp(folderFiles(NAME, folderWith(path, LFS)), { signal: new AbortController().signal, timing });
    await expect(listing).rejects.toThrow(`${path} of ${NAME} cannot be used: it is a pointer of Git LFS`);
  },
);

test("weights that are cut short are told by their file", async () => {
  const whole = fixtureFolder(NAME).find((file) => file.path === WEIGHTS)!.blob;
  const folder = fixtureFolder(NAME).map((file) =>
    file.path === WEIGHTS ? { path: WEIGHTS, blob: whole.slice(0, whole.size / 2) } : file,
  );
  await expect(open(folder)).rejects.toMatchObject({ code: "model-corrupt", details: { file: WEIGHTS } });
});
