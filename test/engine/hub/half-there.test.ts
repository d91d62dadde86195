/** A folder or a server that has the names of a model's files and not the files. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderFiles, type FolderFile } from "../../../src/engine/hub/folder-files.ts";
import { fetchModel, lookUp } from "../../../src/engine/hub/fetch-model.ts";
import { ModelCache } from "../../../src/engine/hub/model-cache.ts";
import type { RepoFiles } from "../../../src/engine/hub/repo.ts";
import { memoryShelf } from "../../../src/engine/hub/shelf.ts";
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
    ["a pointer of git-annex, of a Windows folder", "..\\..\\.git\\annex\\objects\\SHA256E-s2--4d", /git annex get/],
    [
      "a link that was copied as text",
      "../../blobs/4d7a214614ab2935c943f9e0ff69d22e",
      /is a link to \.\.\/\.\.\/blobs/,
    ],
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

describe("a server that sends something else than its list names", () => {
  const listed = fixtureFolder(NAME).map(({ path, blob }) => ({ path, bytes: blob.size, sha256: null, version: "v1" }));
  const fetchFrom = (content: string, { isHonest, saysLength }: { isHonest: boolean; saysLength: boolean }) => {
    const cache = new ModelCache(memoryShelf(new Map()));
    const files = listed.map((file) => (file.path === WEIGHTS && isHonest ? { ...file, bytes: content.length } : file));
    const repo: RepoFiles = {
      id: NAME,
      key: `mirror:${NAME}`,
      isRemote: true,
      list: async () => ({ id: NAME, revision: "r", licence: null, files }),
      open: async ({ path }, _revision, from) => {
        const whole =
          path === WEIGHTS ? new Blob([content]) : fixtureFolder(NAME).find((own) => own.path === path)!.blob;
        const body = whole.slice(from).stream() as ReadableStream<Uint8Array>;
        return { from, totalBytes: saysLength ? whole.size : null, version: null, body };
      },
    };
    const fetched = fetchModel(repo, {
      cache,
      device: { backend: "wasm", hasF16: false },
      dtype: null,
      timing: { now: () => 0, sleep: (ms) => (ms < 60_000 ? Promise.resolve() : new Promise(() => undefined)) },
      signal: new AbortController().signal,
      onProgress: () => undefined,
      freeBytes: async () => null,
      patience: { stallMs: 60_000 },
    });
    return { cache, fetched };
  };

  test.each([
    ["lists the pointer's own size", { isHonest: true, saysLength: true }],
    ["lists the size of the file", { isHonest: false, saysLength: true }],
    ["says no length", { isHonest: false, saysLength: false }],
  ])("is told, and nothing of it is kept, where it %s", async (_, how) => {
    const { cache, fetched } = fetchFrom(LFS, how);
    await expect(fetched).rejects.toThrow(`${WEIGHTS} of ${NAME} cannot be used: it is a pointer of Git LFS`);
    expect((await cache.list()).models).toEqual([]);
    expect((await cache.files.list()).files.map(({ path }) => path)).not.toContain(WEIGHTS);
    await expect(fetchFrom(PAGE, how).fetched).rejects.toThrow("it is a web page");
  });
});

test("weights that are not there are named with their place", async () => {
  const folder = fixtureFolder(NAME).filter(({ path }) => path !== WEIGHTS);
  await expect(open(folder)).rejects.toThrow(`${WEIGHTS}, which is not there. Put it beside ${GRAPH}`);
});

test("weights that are cut short are told by their file", async () => {
  const whole = fixtureFolder(NAME).find((file) => file.path === WEIGHTS)!.blob;
  const folder = fixtureFolder(NAME).map((file) =>
    file.path === WEIGHTS ? { path: WEIGHTS, blob: whole.slice(0, whole.size / 2) } : file,
  );
  await expect(open(folder)).rejects.toMatchObject({ code: "model-corrupt", details: { file: WEIGHTS } });
});
