/** Downloads against a server with every fault of the list: each is survived or told, and nothing half-kept counts. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { downloadFile, type Patience } from "../../../src/engine/hub/download.ts";
import { FileCache } from "../../../src/engine/hub/file-cache.ts";
import { lookUp } from "../../../src/engine/hub/fetch-model.ts";
import { hubFiles } from "../../../src/engine/hub/hub-files.ts";
import type { RepoFile, RepoFiles, Timing } from "../../../src/engine/hub/repo.ts";
import { memoryShelf } from "../../../src/engine/hub/shelf.ts";
import { startHubServer, type HubServer } from "../../hub-server.ts";

const ID = "test/model";
const PIECE = 1000;
const contents = Uint8Array.from({ length: 5500 }, (_, index) => (index * 7 + (index >> 8)) % 256);

let server: HubServer;
let repo: RepoFiles;
let pieces: Map<string, Uint8Array>;
let cache: FileCache;
/** Sleeps that were asked for, in milliseconds; they pass at once but for the watch over a stall. */
let sleeps: number[];
const STALL_MS = 150;
const timing: Timing = {
  now: () => 0,
  sleep: (ms, signal) => {
    if (ms !== STALL_MS) sleeps.push(ms);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms === STALL_MS ? ms : 0);
      signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    });
  },
};

beforeEach(async () => {
  server = await startHubServer();
  server.put(ID, "onnx/model.onnx", contents);
  server.put(ID, "config.json", new TextEncoder().encode("{}"));
  repo = hubFiles(ID, server.base);
  pieces = new Map();
  cache = new FileCache(memoryShelf(pieces), PIECE);
  sleeps = [];
});
afterEach(() => server.close());

async function fileOf(path = "onnx/model.onnx"): Promise<RepoFile> {
  const { files } = await repo.list(new AbortController().signal);
  const file = files.find((candidate) => candidate.path === path);
  if (file === undefined) throw new Error(`no ${path}`);
  return file;
}

async function download(
  options: {
    file?: RepoFile;
    signal?: AbortSignal;
    patience?: Partial<Patience>;
    onBytes?: (bytes: number) => void;
  } = {},
): Promise<number[]> {
  const seen: number[] = [];
  await downloadFile({
    repo,
    revision: "main",
    file: options.file ?? (await fileOf()),
    cache,
    timing,
    signal: options.signal ?? new AbortController().signal,
    onBytes: (bytes) => {
      seen.push(bytes);
      options.onBytes?.(bytes);
    },
    patience: { stallMs: STALL_MS, tries: 3, ...options.patience },
  });
  return seen;
}

async function expectNothingCounts(): Promise<void> {
  expect(
    await cache.has(repo.key, { path: "onnx/model.onnx", bytes: contents.byteLength, sha256: null, version: null }),
  ).toBe(false);
  expect(await cache.read(repo.key, "onnx/model.onnx")).toBeNull();
  expect((await cache.list()).files).toEqual([]);
}

async function expectWhole(): Promise<void> {
  expect(await cache.read(repo.key, "onnx/model.onnx")).toEqual(contents);
  expect(await cache.has(repo.key, await fileOf())).toBe(true);
  expect((await cache.list()).drafts).toEqual([]);
}

test("a listing tells sizes, hashes, commit and licence", async () => {
  const listing = await repo.list(new AbortController().signal);
  expect(listing).toMatchObject({ id: ID, licence: "apache-2.0" });
  expect(listing.revision).toHaveLength(40);
  expect(await fileOf()).toMatchObject({ bytes: 5500, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(await fileOf("config.json")).toMatchObject({ bytes: 2, sha256: null });
});

test("a file comes through the redirect, in pieces, with its bytes told on the way", async () => {
  const seen = await download();
  expect(seen.at(-1)).toBe(5500);
  expect(sleeps).toEqual([]);
  await expectWhole();
});

describe("a connection that breaks", () => {
  test("is taken up where it broke, by a range", async () => {
    server.fail({ kind: "break", after: 2300, times: 2 });
    await download();
    const asked = server.log.filter((line) => line.startsWith("onnx"));
    expect(asked).toHaveLength(3);
    expect(asked[1]).toMatch(/from [1-9]/);
    await expectWhole();
  });

  test("is taken up by the next visit behind the last whole piece", async () => {
    server.fail({ kind: "break", after: 2300, times: 1 });
    await expect(download({ patience: { tries: 0 } })).rejects.toMatchObject({ code: "network" });
    await expectNothingCounts();
    expect((await cache.list()).drafts).toMatchObject([{ path: "onnx/model.onnx", bytes: 2000 }]);
    cache = new FileCache(memoryShelf(pieces), PIECE);
    await download();
    expect(server.log.at(-1)).toBe("onnx/model.onnx from 2000");
    await expectWhole();
  });

  test("is read from the start, what is there skipped, where the server knows no ranges", async () => {
    server.fail({ kind: "break", after: 2300, times: 1 }, { kind: "no-ranges" });
    await download();
    expect(server.log.filter((line) => line.includes("from"))).toEqual([]);
    await expectWhole();
  });

  test("is given up after so many tries in vain, with how far it came", async () => {
    server.fail({ kind: "break", after: 0, times: 99 });
    await expect(download()).rejects.toMatchObject({ code: "network" });
    expect(sleeps).toEqual([500, 1000]);
    await expectNothingCounts();
  });
});

test("a stall is cut and gone on from", async () => {
  server.fail({ kind: "stall", after: 1500, times: 1 });
  await download();
  expect(server.log.at(-1)).toBe("onnx/model.onnx from 1500");
  await expectWhole();
});

test("an unfinished download of another version is thrown away", async () => {
  server.fail({ kind: "break", after: 3300, times: 1 });
  await expect(download({ patience: { tries: 0 } })).rejects.toMatchObject({ code: "network" });
  const changed = contents.map((byte) => 255 - byte);
  server.put(ID, "onnx/model.onnx", changed);
  await download();
  expect(await cache.read(repo.key, "onnx/model.onnx")).toEqual(changed);
});

test.each([-500, 500])("a length that is wrong by %d is refused, with both numbers", async (by) => {
  const file = await fileOf();
  server.fail({ kind: "wrong-length", by });
  await expect(download({ file })).rejects.toMatchObject({
    code: "model-corrupt",
    message: expect.stringContaining(`${5500 + by} bytes`),
  });
  await expectNothingCounts();
});

test("damaged bytes are fetched once more, then refused", async () => {
  server.fail({ kind: "damaged", times: 1 });
  await download();
  await expectWhole();
  await cache.remove(repo.key, "onnx/model.onnx");
  server.fail({ kind: "damaged", times: 9 });
  await expect(download()).rejects.toMatchObject({
    code: "model-corrupt",
    message: expect.stringContaining("checksum"),
  });
  await expectNothingCounts();
});

describe("a busy server", () => {
  test("is waited for as long as it asks", async () => {
    const file = await fileOf();
    server.fail({ kind: "status", status: 429, times: 1, retryAfter: "7" });
    await download({ file });
    expect(sleeps).toEqual([7000]);
    await expectWhole();
  });

  test("that asks for too long is told of", async () => {
    const file = await fileOf();
    server.fail({ kind: "status", status: 429, times: 1, retryAfter: "3600" });
    await expect(download({ file })).rejects.toMatchObject({
      code: "network",
      message: expect.stringContaining("3600 seconds"),
    });
  });

  test("without a time is tried again, later each time", async () => {
    const file = await fileOf();
    server.fail({ kind: "status", status: 503, times: 2 });
    await download({ file });
    expect(sleeps).toEqual([500, 1000]);
    await expectWhole();
  });
});

test.each([401, 404] as const)("status %d is told at once, with the way out", async (status) => {
  const file = await fileOf();
  server.fail({ kind: "status", status, times: 9 });
  await expect(download({ file })).rejects.toMatchObject({ code: "model-missing", details: { status } });
  expect(sleeps).toEqual([]);
  await expectNothingCounts();
});

test("a cancel ends the download, keeps whole pieces and counts nothing", async () => {
  const controller = new AbortController();
  server.fail({ kind: "stall", after: 2500, times: 1 });
  // While nothing comes any more.
  const running = download({ signal: controller.signal, onBytes: (bytes) => bytes === 2500 && controller.abort() });
  await expect(running).rejects.toMatchObject({ code: "aborted" });
  await expectNothingCounts();
  await download();
  expect(server.log.at(-1)).toBe("onnx/model.onnx from 2000");
});

test("a piece that the browser threw out makes the file not count", async () => {
  await download();
  for (const name of pieces.keys()) if (name.startsWith('["piece"') && name.endsWith(",2]")) pieces.delete(name);
  expect(await cache.read(repo.key, "onnx/model.onnx")).toBeNull();
});

test("an id that nobody has is told with its name", async () => {
  repo = hubFiles("test/none", server.base);
  await expect(repo.list(new AbortController().signal)).rejects.toMatchObject({
    code: "model-missing",
    message: expect.stringContaining("test/none"),
  });
});

test("a server that is away is told as such", async () => {
  repo = hubFiles(ID, "http://127.0.0.1:9/");
  await expect(repo.list(new AbortController().signal)).rejects.toMatchObject({ code: "network" });
});

test("a listing that never comes is asked for again, then told", async () => {
  const options = { signal: new AbortController().signal, timing, patience: { stallMs: STALL_MS } };
  server.fail({ kind: "silent", times: 1 });
  expect(await lookUp(repo, options)).toMatchObject({ id: ID });
  server.fail({ kind: "silent", times: 9 });
  await expect(lookUp(repo, options)).rejects.toMatchObject({
    code: "network",
    message: expect.stringContaining("busy or silent (no byte came for 0.15 seconds)"),
  });
});
