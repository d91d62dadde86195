/** A load that wishes for another judge alone: what the API keeps, exchanges, and refuses while a run is going. */
import { afterEach, expect, test } from "vitest";
import { RunError } from "../../src/core/errors.ts";
import { decode } from "../../src/engine/decode/loop.ts";
import { sweep } from "../../src/engine/decode/sweep.ts";
import { createApi, type ApiDeps, type Engine } from "../../workers/api.ts";
import type { LoadOptions, LoadReport, TillerApi } from "../../workers/protocol.ts";
import { BASE, fakeModels, request } from "../fakes.ts";

const WISH = { baseUrl: "http://localhost/models/", backend: "wasm" } as const;
const SUMMARY = { id: "judge", sha256: "0", kind: "reward", objectives: [], params: null, bytes: 1 } as const;
const { models } = fakeModels();
const report: LoadReport = { device: models.device, models: [SUMMARY], objectives: [], context: 8 };

let disposed = 0;
afterEach(() => (disposed = 0));
const engine: Engine = {
  models,
  report,
  memory: () => ({ heapBytes: 1, tensors: 0, gpuBytes: null }),
  dispose: async () => void (disposed += 1),
};

const apiOver = (open: ApiDeps["open"]): TillerApi =>
  createApi({ open, decode, sweep, now: () => 0, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) });

test("another judge takes the place of the one that is open, and everything stays where that fails", async () => {
  const asked: string[] = [];
  const under = (judge: string): Engine => ({
    ...engine,
    report: { ...report, models: [{ ...SUMMARY, id: judge }] },
    underJudge: (next, signal) => {
      asked.push(next);
      if (next === "judge") return Promise.resolve(under(next));
      return new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(new RunError("aborted", "Loading was cancelled.")));
        if (asked.length > 1) resolve(under(next));
      });
    },
  });
  let opened = 0;
  const api = apiOver(async () => {
    opened += 1;
    return under("judge");
  });
  const load = (more: Partial<LoadOptions> = {}): ReturnType<TillerApi["load"]> =>
    api.load({ ...WISH, ...more }, () => undefined);
  await load();
  const cancelled = load({ judge: "fallible" });
  await expect.poll(() => asked).toEqual(["fallible"]);
  await api.cancelLoad();
  await expect(cancelled).resolves.toMatchObject({ ok: false, error: { code: "aborted" } });
  await expect(load()).resolves.toMatchObject({ ok: true, value: { models: [{ id: "judge" }] } });
  await expect(load({ judge: "fallible" })).resolves.toMatchObject({ value: { models: [{ id: "fallible" }] } });
  await expect(load({ judge: "fallible" })).resolves.toMatchObject({ value: { models: [{ id: "fallible" }] } });
  await expect(load()).resolves.toMatchObject({ value: { models: [{ id: "judge" }] } });
  expect([asked, opened, disposed]).toEqual([["fallible", "fallible", "judge"], 1, 0]);
  await load({ judge: "fallible", backend: "webgpu" });
  expect([opened, disposed]).toEqual([2, 1]);
});

test("a run ends under the judge that it began with", async () => {
  const api = apiOver(async () => ({ ...engine, underJudge: () => Promise.resolve(engine) }));
  await api.load(WISH, () => undefined);
  await api.run("a", request([BASE]), async (event) => {
    if (event.type !== "started") return;
    const settled = await api.load({ ...WISH, judge: "fallible" }, () => undefined);
    expect(settled).toMatchObject({ ok: false, error: { code: "invalid-request" } });
  });
});
