/** Whole models from the server, a mirror below a path, or a folder; what the cache then knows, and offline. */
import type { DownloadProgress, Dtype } from "../../../src/core/hub.ts";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { cacheShelf } from "../../../src/engine/hub/cache-shelf.ts";
import { chooseForm, type DeviceTraits } from "../../../src/engine/hub/choose-files.ts";
import { fetchModel, type FetchedModel } from "../../../src/engine/hub/fetch-model.ts";
import { folderFiles } from "../../../src/engine/hub/folder-files.ts";
import { hubFiles } from "../../../src/engine/hub/hub-files.ts";
import { ModelCache } from "../../../src/engine/hub/model-cache.ts";
import type { RepoFiles } from "../../../src/engine/hub/repo.ts";
import { memoryShelf } from "../../../src/engine/hub/shelf.ts";
import { startHubServer, type HubServer } from "../../hub-server.ts";

const MODELS = "test/fixtures/hub/models";
const WASM: DeviceTraits = { backend: "wasm", hasF16: false };

let server: HubServer;
let pieces: Map<string, Uint8Array>;
let cache: ModelCache;
let progress: DownloadProgress[];
let clock: number;

beforeAll(async () => void (server = await startHubServer({ folder: MODELS })));
afterAll(() => server.close());
beforeEach(() => {
  pieces = new Map();
  cache = new ModelCache(memoryShelf(pieces), 50_000);
  progress = [];
  clock = 0;
});
afterEach(() => server.fail());

function get(repo: RepoFiles, dtype: Dtype | null = null, free: number | null = null): Promise<FetchedModel> {
  return fetchModel(repo, {
    cache,
    device: WASM,
    dtype,
    // Waits pass at once; the watch over a stall never ends.
    timing: {
      now: () => (clock += 1000),
      sleep: (ms) => (ms < 60_000 ? Promise.resolve() : new Promise(() => undefined)),
    },
    signal: new AbortController().signal,
    onProgress: (item) => progress.push(item),
    freeBytes: async () => free,
    patience: { tries: 0, stallMs: 60_000 },
  });
}

const repo = (name: string): RepoFiles => hubFiles(`test/${name}`, server.base);
const onDisk = (name: string, path: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(`${MODELS}/${name}/${path}`));

test("a model comes whole, external weights too, and is then read without the network", async () => {
  const found = await get(repo("llama-instruct-external"));
  expect(found.manifest).toMatchObject({ dtype: "fp32", external: ["onnx/model.onnx_data"], licence: "apache-2.0" });
  expect(await found.read("onnx/model.onnx_data")).toEqual(onDisk("llama-instruct-external", "onnx/model.onnx_data"));
  expect(progress[0]).toMatchObject({ phase: "look-up" });
  const last = progress.at(-1);
  expect(last).toMatchObject({ phase: "ready", loadedBytes: last?.totalBytes, secondsLeft: 0 });
  expect(last?.bytesPerSecond).toBeGreaterThan(0);
  const asked = server.log.length;
  const again = await get(repo("llama-instruct-external"));
  expect(await again.read("config.json")).toEqual(onDisk("llama-instruct-external", "config.json"));
  expect(server.log).toHaveLength(asked);
});

test("a model that lacks its last file does not count, and goes on from there", async () => {
  server.fail({ kind: "break", after: 100_000, times: 99 });
  await expect(get(repo("gpt2"))).rejects.toMatchObject({ code: "network" });
  expect((await cache.list()).models).toEqual([]);
  expect((await cache.list()).unfinishedBytes).toBeGreaterThan(50_000);
  server.fail();
  await get(repo("gpt2"));
  expect(server.log.at(-1)).toMatch(/onnx\/model.onnx from \d/);
  expect(await cache.list()).toMatchObject({ models: [{ id: "test/gpt2", dtype: "fp32" }], unfinishedBytes: 0 });
});

test("two forms of one model share its tokenizer, and each is deleted by itself", async () => {
  await get(repo("gpt2"), "fp32");
  const before = server.log.length;
  await get(repo("gpt2"), "q4");
  expect(server.log.slice(before)).toEqual(["api", "onnx/model_q4.onnx"]);
  await cache.remove(repo("gpt2").key, "fp32");
  expect((await cache.list()).models).toMatchObject([{ dtype: "q4" }]);
  const found = await get(repo("gpt2"), "q4");
  expect(await found.read("tokenizer.json")).toEqual(onDisk("gpt2", "tokenizer.json"));
  await cache.removeAll();
  expect(pieces.size).toBe(0);
});

test("a model with a file gone says so instead of loading half", async () => {
  const found = await get(repo("gpt2"));
  for (const key of pieces.keys()) if (key.includes("model.onnx")) pieces.delete(key);
  await expect(found.read("onnx/model.onnx")).rejects.toMatchObject({ code: "model-missing" });
  await get(repo("gpt2"));
  expect(server.log.at(-1)).toBe("onnx/model.onnx");
});

test("too little room is told before the first byte, with both numbers", async () => {
  const before = server.log.length;
  await expect(get(repo("gpt2"), null, 1000)).rejects.toMatchObject({
    code: "out-of-memory",
    message: expect.stringMatching(/needs 1 MB.*room for 1 MB/),
  });
  expect(server.log.slice(before)).toEqual(["api"]);
});

test("a folder with the Hub's layout is read where it lies", async () => {
  const paths = readdirSync(`${MODELS}/qwen2-instruct`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(`${MODELS}/qwen2-instruct/`.length));
  const files = paths.map((path) => ({ path, blob: new Blob([onDisk("qwen2-instruct", path)]) }));
  const found = await get(folderFiles("qwen2-instruct", files), "q4");
  expect(await found.read("onnx/model_q4.onnx")).toEqual(onDisk("qwen2-instruct", "onnx/model_q4.onnx"));
  expect(pieces.size).toBe(0);
  const bare = folderFiles(
    "bare",
    files.filter(({ path }) => path !== "tokenizer.json"),
  );
  await expect(get(bare)).rejects.toMatchObject({
    code: "model-missing",
    message: expect.stringContaining("tokenizer.json"),
  });
});

test("the same id on another mirror is another model", async () => {
  await get(repo("gpt2"));
  const mirror = await startHubServer({ folder: MODELS });
  try {
    await get(hubFiles("test/gpt2", mirror.base));
    expect((await cache.list()).models).toHaveLength(2);
  } finally {
    await mirror.close();
  }
});

test("the Cache API keeps pieces under any key", async () => {
  const kept = new Map<string, Response>();
  const twin = {
    match: async (url: string) => kept.get(url)?.clone(),
    put: async (url: string, response: Response) => void kept.set(url, response),
    delete: async (url: string) => kept.delete(url),
    keys: async () => [...kept.keys()].map((url) => new Request(url)),
  };
  const shelf = cacheShelf({ open: async () => twin } as unknown as CacheStorage);
  await shelf.put('["file","https://a/b","c d.json"]', Uint8Array.of(1, 2));
  expect(await shelf.keys()).toEqual(['["file","https://a/b","c d.json"]']);
  expect(await shelf.get('["file","https://a/b","c d.json"]')).toEqual(Uint8Array.of(1, 2));
  await shelf.delete('["file","https://a/b","c d.json"]');
  expect(await shelf.get('["file","https://a/b","c d.json"]')).toBeNull();
});

const MB = 2 ** 20;
const listing = (...names: (readonly [string, number])[]): Parameters<typeof chooseForm>[0] => ({
  id: "a/b",
  revision: "main",
  licence: null,
  files: names.map(([path, bytes]) => ({ path: `onnx/${path}`, bytes, sha256: null, version: null })),
});
const ALL = listing(
  ["model.onnx", 600 * MB],
  ["model_fp16.onnx", 300 * MB],
  ["model_q4.onnx", 200 * MB],
  ["model_q4f16.onnx", 130 * MB],
  ["model_quantized.onnx", 150 * MB],
  ["model_int8.onnx", 150 * MB],
);

test.each<[string, DeviceTraits, Dtype]>([
  ["a graphics card with 16-bit shaders", { backend: "webgpu", hasF16: true }, "q4f16"],
  ["a graphics card without", { backend: "webgpu", hasF16: false }, "q4"],
  ["a processor", WASM, "q4"],
])("%s gets the smallest form that it computes rightly", (_, device, dtype) => {
  expect(chooseForm(ALL, device).dtype).toBe(dtype);
});

test("tiny models come in full precision, 8-bit arithmetic never on a graphics card", () => {
  expect(chooseForm(listing(["model.onnx", MB], ["model_q4.onnx", MB]), WASM).dtype).toBe("fp32");
  const card: DeviceTraits = { backend: "webgpu", hasF16: true };
  expect(() => chooseForm(listing(["model_quantized.onnx", MB]), card)).toThrow(/q8 \(its 8-bit arithmetic/);
  expect(chooseForm(listing(["model_quantized.onnx", MB]), WASM).dtype).toBe("q8");
  expect(() => chooseForm(ALL, { backend: "webgpu", hasF16: false }, "q4f16")).toThrow(
    /cannot compute with 16-bit numbers.*fp32, q4/,
  );
  expect(() => chooseForm(listing(["readme.txt", MB]), WASM)).toThrow(/no ONNX graph/);
  const merged = ["decoder_model_merged_quantized.onnx", MB] as const;
  expect(() => chooseForm(listing(["decoder_model.onnx", MB], merged), WASM)).toThrow(
    /merged decoder \(it has onnx\/decoder_model_merged_quantized\.onnx and no onnx\/model\.onnx\)/,
  );
  // Repositories that were exported anew keep the old files beside the new ones.
  expect(chooseForm(listing(merged, ["model_q4.onnx", MB]), WASM).dtype).toBe("q4");
});
