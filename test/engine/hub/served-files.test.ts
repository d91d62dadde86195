/** Models beside the page: whole from `npm start`, and in pieces from a static host that was built with them. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serve, type RunningServer } from "../../../scripts/serve.ts";
import { findModels, packModels } from "../../../scripts/served/pack-models.ts";
import type { DownloadProgress } from "../../../src/core/hub.ts";
import { fetchModel, type FetchedModel } from "../../../src/engine/hub/fetch-model.ts";
import { servedFiles } from "../../../src/engine/hub/served-files.ts";
import { offlineFetching } from "../../offline-fetching.ts";
import { tinyGguf } from "../gguf/tiny-gguf.ts";

const BYTES = tinyGguf({ architecture: "llama", table: "Q8_0", isTied: true });
const PIECE = 500_000;
const FILE = "tiny.Q4_1.gguf";

let home: string;
let server: RunningServer | undefined;
let fetching: ReturnType<typeof offlineFetching>;
let progress: DownloadProgress[];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "tiller-packed-"));
  // Waits pass at once; the watch over a stall never ends.
  const sleep = (ms: number): Promise<void> => (ms < 60_000 ? Promise.resolve() : new Promise(() => undefined));
  fetching = { ...offlineFetching(), timing: { now: () => 0, sleep }, patience: { tries: 3, stallMs: 60_000 } };
  progress = [];
  await mkdir(join(home, "models", "tiny"), { recursive: true });
  await writeFile(join(home, "models", "tiny", FILE), BYTES);
  await writeFile(join(home, "models", "tiny", "notes.txt"), "");
});
afterEach(async () => {
  await server?.close();
  await rm(home, { recursive: true });
});

async function pack(): Promise<string> {
  const models = join(home, "models");
  await packModels(await findModels(["tiny"], models), models, join(home, "dist"), PIECE);
  server = await serve({ folder: join(home, "dist"), headers: false });
  return `${server.url}served/`;
}

function get(base: string): Promise<FetchedModel> {
  const onProgress = (item: DownloadProgress): void => void progress.push(item);
  return fetchModel(servedFiles("tiny", base), { ...fetching, dtype: null, onProgress });
}

/** Compared as a whole: a matcher would walk through two million numbers. */
const isSame = (found: Uint8Array, from = 0): boolean => Buffer.compare(found, BYTES.subarray(from)) === 0;

const piecePath = (index: number): string => join(home, "dist", "served", "tiny", `${FILE}.00${index}`);

test("a model in pieces comes whole, with its bytes counted over all of them, and is kept", async () => {
  const base = await pack();
  const pieces = (await readdir(join(home, "dist", "served", "tiny"))).filter((name) => name.startsWith(FILE));
  expect(pieces).toHaveLength(Math.ceil(BYTES.byteLength / PIECE));
  for (const name of pieces) {
    expect((await stat(join(home, "dist", "served", "tiny", name))).size).toBeLessThanOrEqual(PIECE);
  }
  const found = await get(base);
  expect(found.manifest).toMatchObject({ id: "tiny", dtype: "q4", graph: FILE });
  expect(found.manifest.files[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(isSame(await found.read(FILE))).toBe(true);
  expect(progress.at(-1)).toMatchObject({ phase: "ready", totalBytes: BYTES.byteLength });
  expect(progress.every(({ totalBytes }) => totalBytes === 0 || totalBytes === BYTES.byteLength)).toBe(true);
  await server?.close();
  server = undefined;
  expect(isSame(await (await get(base)).read(FILE))).toBe(true);
});

test("the same model comes whole from `npm start`", async () => {
  server = await serve({ folder: home, models: join(home, "models") });
  const found = await get(`${server.url}served/`);
  expect(isSame(await found.read(FILE))).toBe(true);
});

test.each([0, 1, PIECE - 1, PIECE, PIECE + 7, BYTES.byteLength - 1])(
  "a download that goes on at byte %d gets the rest of its piece and the pieces behind it",
  async (from) => {
    const repo = servedFiles("tiny", await pack());
    const { files } = await repo.list(new AbortController().signal);
    const file = files.find(({ path }) => path === FILE)!;
    const answer = await repo.open(file, "served", from, new AbortController().signal);
    expect(answer).toMatchObject({ from, totalBytes: BYTES.byteLength });
    const rest = new Uint8Array(await new Response(answer.body as BodyInit | null).arrayBuffer());
    expect(isSame(rest, from)).toBe(true);
  },
);

test("a piece with other bytes is found by the hash of the whole", async () => {
  const base = await pack();
  const piece = await readFile(piecePath(1));
  piece[9] = (piece[9] ?? 0) ^ 1;
  await writeFile(piecePath(1), piece);
  await expect(get(base)).rejects.toThrow(`${FILE} was refused: its checksum differs from the repository's`);
});

test("a piece that was cut short, or did not come along, is named with the way out", async () => {
  const base = await pack();
  await truncate(piecePath(1), 70);
  await expect(get(base)).rejects.toThrow(
    `${FILE}.001 on the page’s own server has 70 bytes, and its list says 500000 bytes. Copy the whole folder to the server again.`,
  );
  await rm(piecePath(1));
  await expect(get(base)).rejects.toThrow(`does not have tiny/${FILE}.001 (it answered 404)`);
});

test("a model that the server no longer has is told with those that it has", async () => {
  const base = await pack();
  const asked = fetchModel(servedFiles("other", base), { ...fetching, dtype: null, onProgress: () => undefined });
  await expect(asked).rejects.toThrow("has no model other now. It has: tiny.");
});

test("a build with a model that is not there, or not whole, says how to get it", async () => {
  const models = join(home, "models");
  await expect(findModels(["smollm2-135m-instruct"], models)).rejects.toThrow(
    `there is no model "smollm2-135m-instruct" in ${models}/ (there: tiny); run "npm run get-model -- smollm2-135m-instruct", then build again`,
  );
  await expect(findModels(["mine"], models)).rejects.toThrow(`put it into ${models}/mine/`);
  await mkdir(join(models, "smollm2-135m-instruct"));
  await writeFile(join(models, "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"), "GGUF");
  await expect(findModels(["smollm2-135m-instruct"], models)).rejects.toThrow("is not whole; run");
});
