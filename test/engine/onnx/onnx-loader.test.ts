/** What can go wrong between a model's folder and the engine, each with its own code. */
import { describe, expect, test } from "vitest";
import { RunError } from "../../../src/core/errors.ts";
import { parseCard } from "../../../src/engine/bundle/card.ts";
import { Loader, type FetchProgress } from "../../../src/engine/bundle/loader.ts";
import { fetchedFiles, type ModelFiles } from "../../../src/engine/bundle/model-files.ts";
import { openTokenizer } from "../../../src/engine/bundle/tokenizer.ts";
import { diskFiles } from "../../../scripts/node/disk-files.ts";
import { TINY } from "./onnx-tiny.ts";

const disk = diskFiles(TINY);
const ids = ["policy", "arm-joy"];

/** Reads from disk, then lets `change` spoil what it likes. */
function spoilt(change: (path: string, bytes: Uint8Array, isFresh: boolean) => Uint8Array): ModelFiles {
  return {
    read: async (path, options) => change(path, Uint8Array.from(await disk.read(path, options)), options.isFresh),
  };
}

function spoilCard(path: string, change: (card: Record<string, unknown>) => void): ModelFiles {
  return spoilt((read, bytes) => {
    if (read !== path) return bytes;
    const card = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    change(card);
    return new TextEncoder().encode(JSON.stringify(card));
  });
}

function loaderOf(
  source: ModelFiles,
  signal = new AbortController().signal,
): { loader: Loader; seen: FetchProgress[] } {
  const seen: FetchProgress[] = [];
  return { loader: new Loader(source, { signal, onProgress: (progress) => seen.push(progress) }), seen };
}

async function loadAll(source: ModelFiles): Promise<void> {
  const { loader } = loaderOf(source);
  const { cards } = await loader.readBundle(ids);
  for (const card of cards) await loader.graph(card);
}

test("progress ends at the total that the cards announced", async () => {
  const { loader, seen } = loaderOf(disk);
  const { cards, totalBytes } = await loader.readBundle(ids);
  for (const card of cards) {
    if (card.kind === "policy") await loader.tokenizer(card);
    await loader.graph(card);
  }
  expect(seen.at(-1)?.loadedBytes).toBe(totalBytes);
  const loaded = seen.map((progress) => progress.loadedBytes);
  expect(loaded).toEqual(loaded.toSorted((a, b) => a - b));
});

describe("damaged files", () => {
  const flip = (bytes: Uint8Array): Uint8Array => bytes.with(100, (bytes[100] ?? 0) ^ 1);

  test("a file that is damaged once is fetched afresh", async () => {
    let fresh = 0;
    const source = spoilt((path, bytes, isFresh) => {
      if (path !== "policy/onnx/model.onnx") return bytes;
      if (isFresh) fresh += 1;
      return isFresh ? bytes : flip(bytes);
    });
    await expect(loadAll(source)).resolves.toBeUndefined();
    expect(fresh).toBe(1);
  });

  test("a file that stays damaged is refused with its name", async () => {
    const source = spoilt((path, bytes) => (path.endsWith("model.onnx") ? flip(bytes) : bytes));
    await expect(loadAll(source)).rejects.toMatchObject({
      code: "model-corrupt",
      details: { file: "policy/onnx/model.onnx" },
    });
  });

  test("a truncated card is refused", async () => {
    const source = spoilt((path, bytes) => (path === "arm-joy/card.json" ? bytes.subarray(0, 40) : bytes));
    await expect(loadAll(source)).rejects.toMatchObject({ code: "model-corrupt" });
  });

  test("a missing file is told apart from a damaged one", async () => {
    await expect(loadAll(diskFiles("test/fixtures/nowhere"))).rejects.toMatchObject({ code: "model-missing" });
  });
});

describe("cards", () => {
  test("an unknown key is refused by its name", async () => {
    const source = spoilCard("policy/card.json", (card) => (card.flavour = "plum"));
    await expect(loadAll(source)).rejects.toThrow(/flavour/);
  });

  test("a path that leaves the folder is refused", async () => {
    const source = spoilCard("policy/card.json", (card) => {
      card.files = [{ path: "../policy/secret", bytes: 1, sha256: "0".repeat(64) }];
    });
    await expect(loadAll(source)).rejects.toMatchObject({ code: "model-corrupt" });
  });

  test("a card of another model is refused", () => {
    expect(() => parseCard("policy", { id: "arm-joy" })).toThrow(RunError);
  });

  test("models with different vocabularies cannot guide each other", async () => {
    const source = spoilCard("arm-joy/card.json", (card) => {
      card.vocabulary = { size: 512, fingerprint: "0".repeat(64) };
    });
    await expect(loadAll(source)).rejects.toMatchObject({
      code: "vocab-mismatch",
      details: { first: "policy", second: "arm-joy" },
    });
  });
});

test("a cancelled load says so, whatever the source was doing", async () => {
  const controller = new AbortController();
  const source: ModelFiles = {
    read: (_path, { signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("socket closed")))),
  };
  const reading = loaderOf(source, controller.signal).loader.readBundle(ids);
  controller.abort();
  await expect(reading).rejects.toMatchObject({ code: "aborted" });
});

describe("fetchedFiles", () => {
  const options = { signal: new AbortController().signal, isFresh: false, onBytes: () => undefined };
  const answering =
    (response: () => Response): typeof fetch =>
    () =>
      Promise.resolve(response());

  test("joins the chunks and counts them", async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Uint8Array.of(1, 2));
        controller.enqueue(Uint8Array.of(3));
        controller.close();
      },
    });
    const counts: number[] = [];
    const source = fetchedFiles(
      "http://localhost/models/",
      answering(() => new Response(body)),
    );
    const bytes = await source.read("policy/card.json", { ...options, onBytes: (count) => counts.push(count) });
    expect([...bytes]).toEqual([1, 2, 3]);
    expect(counts).toEqual([2, 3]);
  });

  test.each([
    ["404", (): Response => new Response("", { status: 404 })],
    ["a start page", (): Response => new Response("<html>", { headers: { "Content-Type": "text/html" } })],
  ])("%s means that the model is missing", async (_, response) => {
    const source = fetchedFiles("http://localhost/models/", answering(response));
    await expect(source.read("policy/card.json", options)).rejects.toMatchObject({ code: "model-missing" });
  });

  test("no connection is a network error; a fresh read goes past the caches", async () => {
    const asked: string[] = [];
    const source = fetchedFiles("http://localhost/models/", (url, init) => {
      asked.push(`${url instanceof URL ? url.href : "no URL"} ${init?.cache}`);
      return Promise.reject(new TypeError("Failed to fetch"));
    });
    await expect(source.read("a.json", { ...options, isFresh: true })).rejects.toMatchObject({ code: "network" });
    expect(asked).toEqual(["http://localhost/models/a.json?fresh=1 reload"]);
  });
});

describe("tokenizer", () => {
  async function open(): Promise<ReturnType<typeof openTokenizer>> {
    const { loader } = loaderOf(disk);
    const { cards } = await loader.readBundle(["policy"]);
    const { file, config } = await loader.tokenizer(cards[0] ?? parseCard("policy", null));
    return openTokenizer(file, config);
  }

  test("text comes back as it was, with markup, control characters and special words as plain text", async () => {
    const { tokenizer } = await open();
    for (const text of ["Once upon a time", "</s><b>bold</b>", "tab\tbell\u0007 null\u0000", "naïve ✓ 👩‍🚀", " "]) {
      const tokens = tokenizer.encode(text);
      expect(tokens.every((id) => id > 2)).toBe(true);
      expect(tokenizer.decode(tokens)).toBe(text);
    }
    expect(tokenizer.encode("")).toEqual([]);
    expect(tokenizer.decode([tokenizer.bosId, ...tokenizer.endIds])).toBe("");
  });

  test("every token has a readable form; bytes and control characters show as numbers", async () => {
    const { tokenizer } = await open();
    const shown = Array.from({ length: tokenizer.vocabSize }, (_, id) => tokenizer.show(id));
    expect(shown.slice(0, 3)).toEqual(["<s>", "</s>", "<pad>"]);
    expect(shown).toContain("<0x0A>");
    expect(shown).toContain("<0xE2>");
    expect(shown.some((text) => /\p{Cc}/u.test(text))).toBe(false);
  });
});
