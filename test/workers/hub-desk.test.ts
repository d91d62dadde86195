/** The worker's side of models of the Hub: look up, prepare for offline, keep, forget, and load a line-up. */
import type { DownloadProgress } from "../../src/core/hub.ts";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Starters } from "../../src/engine/bundle/device.ts";
import { ModelCache } from "../../src/engine/hub/model-cache.ts";
import { memoryShelf } from "../../src/engine/hub/shelf.ts";
import { HubDesk } from "../../workers/hub-desk.ts";
import { openLineupEngine } from "../../workers/open-lineup.ts";
import type { Engine } from "../../workers/api.ts";
import type { LoadProgress, ModelAddress, Settled } from "../../workers/protocol.ts";
import { wasmRuntime } from "../../scripts/node/runtimes.ts";
import { startHubServer, type HubServer } from "../hub-server.ts";
import { fixtureFolder, HUB_MODELS } from "../engine/hub/hub-models.ts";

let server: HubServer;
let desk: HubDesk;
beforeAll(async () => void (server = await startHubServer({ folder: HUB_MODELS })));
afterAll(() => server.close());
afterEach(() => server.fail());
beforeEach(() => {
  desk = new HubDesk({
    cache: new ModelCache(memoryShelf(), 50_000),
    timing: { now: () => performance.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    freeBytes: async () => 1e9,
    traits: async () => ({ backend: "wasm", hasF16: false }),
  });
});

const address = (name: string): ModelAddress => ({ kind: "hub", id: `test/${name}`, mirror: server.base });

function valueOf<T>(settled: Settled<T>): T {
  if (!settled.ok) throw new Error(settled.error.message);
  return settled.value;
}

test("a look-up tells forms, sizes, licence and what is here, and fetches nothing else", async () => {
  const before = server.log.length;
  const report = valueOf(await desk.lookUp(address("gpt2"), "auto"));
  expect(server.log.slice(before)).toEqual(["api"]);
  expect(report).toMatchObject({
    id: "test/gpt2",
    licence: "apache-2.0",
    forms: [
      { dtype: "fp32", isBest: true, isKept: false, obstacle: null },
      { dtype: "q4", isBest: false, isKept: false, obstacle: null },
    ],
  });
  expect(report.forms[0]?.bytes).toBeGreaterThan(296_847);
});

test("a model is prepared, listed, and deleted", async () => {
  const seen: DownloadProgress[] = [];
  const kept = valueOf(await desk.prepare({ address: address("gpt2"), dtype: "q4" }, "auto", (p) => void seen.push(p)));
  expect(kept).toMatchObject({ models: [{ id: "test/gpt2", mirror: server.base, dtype: "q4" }], freeBytes: 1e9 });
  expect(seen.at(-1)).toMatchObject({ phase: "ready" });
  expect(valueOf(await desk.lookUp(address("gpt2"), "auto")).forms.map((form) => form.isKept)).toEqual([false, true]);
  expect(valueOf(await desk.forgetModel("test/gpt2", server.base, "q4")).models).toEqual([]);
});

test("a prepare that is cancelled counts nothing, and its rest goes with the others", async () => {
  server.fail({ kind: "stall", after: 120_000, times: 1 });
  const running = desk.prepare({ address: address("gpt2"), dtype: "fp32" }, "auto", ({ loadedBytes }) => {
    if (loadedBytes > 100_000) void desk.cancelPrepare();
  });
  expect(await running).toMatchObject({ ok: false, error: { code: "aborted" } });
  const kept = valueOf(await desk.keptModels());
  expect(kept.models).toEqual([]);
  expect(kept.unfinishedBytes).toBeGreaterThan(50_000);
  expect(valueOf(await desk.forgetAllModels())).toMatchObject({ models: [], unfinishedBytes: 0 });
});

test("failures come as data", async () => {
  expect(await desk.lookUp(address("none"), "auto")).toMatchObject({ ok: false, error: { code: "model-missing" } });
});

test("a line-up loads for the API, with what was found of it", async () => {
  const starters: Starters = { findAdapter: async () => null, wasm: () => wasmRuntime() };
  const progress: LoadProgress[] = [];
  const files = fixtureFolder("distilbert-sentiment");
  const engine: Engine = await openLineupEngine(
    {
      baseUrl: "",
      backend: "auto",
      lineup: [
        { address: address("llama-instruct"), dtype: null },
        { address: address("llama-base"), dtype: "q4" },
        { address: { kind: "folder", id: "sentiment", files }, dtype: null },
      ],
    },
    { starters, desk, budgetBytes: null },
    new AbortController().signal,
    (item) => progress.push(item),
  );
  const { report, models } = engine;
  expect(report.models.map(({ id, kind }) => [id, kind])).toEqual([
    ["test/llama-instruct", "policy"],
    ["test/llama-base", "reader"],
    ["sentiment", "classifier"],
  ]);
  expect(report.lineup).toMatchObject({
    vocabSize: 384,
    models: [
      { dtype: "fp32", hasChat: true, check: { status: "unchecked", why: "runs-on-processor" } },
      { dtype: "q4" },
      { kind: "classifier", labels: ["NEGATIVE", "POSITIVE"] },
    ],
    pairs: [{ shared: 384, dropped: [] }],
  });
  expect(report.context).toBe(256);
  expect(report.device.fallbackReason).toMatch(/no WebGPU/);
  expect([...models.readers.keys()]).toEqual(["test/llama-instruct", "test/llama-base"]);
  expect([...models.classifiers.keys()]).toEqual(["sentiment"]);
  expect(progress.at(-1)).toMatchObject({ phase: "ready", modelsDone: 3 });
  await engine.dispose();
});
