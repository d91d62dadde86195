/** The worker's API over a real MessageChannel: what the page may rely on. */
import { expose, proxy, releaseProxy, wrap } from "comlink";
import { afterEach, expect, test } from "vitest";
import { RunError } from "../../src/core/errors.ts";
import type { SweepEvent } from "../../src/core/sweep.ts";
import type { RunEvent, RunRequest } from "../../src/core/types.ts";
import type { Models, RunControl } from "../../src/engine/interfaces.ts";
import { sweep } from "../../src/engine/decode/sweep.ts";
import { createApi, type ApiDeps, type Engine } from "../../workers/api.ts";
import type { LoadReport, TillerApi } from "../../workers/protocol.ts";
import { BASE, bestOf, fakeModels, GENARM, request as fakeRequest } from "../fakes.ts";
import { turns } from "../turns.ts";

const request: RunRequest = { version: 1, kind: "story", prompt: "Once", seed: 1, maxTokens: 4, lanes: [] };
const device = { backend: "cpu", adapter: "none", isSoftware: false, threads: 1, fallbackReason: null } as const;
const report: LoadReport = { device, models: [], objectives: [], context: 8 };

/** `maxTokens` steps that only count, honouring the signal and reporting changes, as the real loop does. */
async function* countingDecode(
  runId: string,
  { maxTokens }: RunRequest,
  _models: Models,
  control: RunControl,
): AsyncGenerator<RunEvent, void, undefined> {
  yield { type: "started", runId, request, models: [], device, promptTokens: [0] };
  for (let step = 0; step < maxTokens && !control.signal.aborted; step += 1) {
    await control.turn();
    if (control.signal.aborted) break;
    for (const { lane, change } of control.takeChanges()) {
      yield { type: "changed", runId, change: { token: step, lane, change } };
    }
    yield { type: "step", runId, step, rows: [], ms: { policy: 0, rewards: 0, tail: 0 }, forwards: step };
  }
  const reason = control.signal.aborted ? "aborted" : "done";
  yield { type: "finished", runId, lanes: [], closeCalls: 0, reason };
}

let disposed = 0;
const engine: Engine = {
  models: {} as Models,
  report,
  memory: () => ({ heapBytes: 1, tensors: 0, gpuBytes: null }),
  dispose: async () => void (disposed += 1),
};

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
  disposed = 0;
});

function connect(deps: Partial<ApiDeps> = {}): TillerApi {
  const { port1, port2 } = new MessageChannel();
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20)));
  const api = createApi({ open: async () => engine, decode: countingDecode, sweep, now: () => 0, sleep, ...deps });
  expose(api, port1);
  const remote = wrap<TillerApi>(port2);
  closers.push(() => {
    remote[releaseProxy]();
    port1.close();
    port2.close();
  });
  return {
    load: (options, onProgress) => remote.load(options, proxy(onProgress)),
    cancelLoad: () => remote.cancelLoad(),
    unload: (id) => remote.unload(id),
    run: (runId, wanted, emit) => remote.run(runId, wanted, proxy(emit)),
    sweep: (sweepId, requests, emit) => remote.sweep(sweepId, requests, proxy(emit)),
    readPools: (pools, readings) => remote.readPools(pools, readings),
    change: (runId, lane, change) => remote.change(runId, lane, change),
    cancel: (runId) => remote.cancel(runId),
    reweigh: (ask, emit) => remote.reweigh(ask, proxy(emit)),
    remember: (run) => remote.remember(run),
    probeSource: (asked, id) => remote.probeSource(asked, id),
    probeEnd: (asked, id, start) => remote.probeEnd(asked, id, start),
    useHeads: (files) => remote.useHeads(files),
    teach: (lesson, onProgress) => remote.teach(lesson, proxy(onProgress)),
    cancelTeach: () => remote.cancelTeach(),
    answersToJudge: (ask, emit) => remote.answersToJudge(ask, proxy(emit)),
    cancelAnswers: () => remote.cancelAnswers(),
    readTexts: (ask, emit) => remote.readTexts(ask, proxy(emit)),
    cancelReading: () => remote.cancelReading(),
    judge: (kind, texts) => remote.judge(kind, texts),
    promptStates: (of) => remote.promptStates(of),
    compare: (question, onProgress) => remote.compare(question, proxy(onProgress)),
    explain: (question, onText) => remote.explain(question, proxy(onText)),
    probeRewards: (ask, emit) => remote.probeRewards(ask, proxy(emit)),
    cancelJudging: () => remote.cancelJudging(),
    memory: () => remote.memory(),
    ping: () => remote.ping(),
  };
}

async function loaded(deps: Partial<ApiDeps> = {}): Promise<TillerApi> {
  const api = connect(deps);
  const result = await api.load({ baseUrl: "http://localhost/models/", backend: "auto" }, () => undefined);
  expect(result).toEqual({ ok: true, value: report });
  return api;
}

const types = (events: readonly RunEvent[]): string[] => events.map((event) => event.type);

test("events arrive in order, with one end, and survive the crossing unchanged", async () => {
  const api = await loaded();
  const events: RunEvent[] = [];
  await api.run("a", request, (event) => void events.push(event));
  expect(types(events)).toEqual(["started", "step", "step", "step", "step", "finished"]);
  expect(events).toEqual(structuredClone(events));
  expect(events.map((event) => (event.type === "step" ? event.step : -1))).toEqual([-1, 0, 1, 2, 3, -1]);
});

test("each event waits for the page's answer to the one before", async () => {
  const api = await loaded();
  let waiting = 0;
  let mostWaiting = 0;
  await api.run("a", request, async () => {
    waiting += 1;
    mostWaiting = Math.max(mostWaiting, waiting);
    await turns();
    waiting -= 1;
  });
  expect(mostWaiting).toBe(1);
});

test("one model is unloaded between runs; the rest answers in its place", async () => {
  const rest: Engine = { ...engine, report: { ...report, context: 4 } };
  const asked: string[] = [];
  const unload = async (id: string): Promise<Engine> => {
    asked.push(id);
    return rest;
  };
  const api = await loaded({ open: async () => ({ ...engine, unload }) });
  await api.run("a", request, async (event) => {
    if (event.type === "step") expect(await api.unload("sibling")).toMatchObject({ ok: false });
  });
  expect(asked).toEqual([]);
  expect(await api.unload("sibling")).toEqual({ ok: true, value: rest.report });
  expect(asked).toEqual(["sibling"]);
  // What remains is an engine whose models stay together, as the bundled ones do.
  expect(await api.unload("sibling")).toMatchObject({
    ok: false,
    error: { code: "invalid-request", message: expect.stringMatching(/sibling is one of the page’s own models/) },
  });
  expect(disposed).toBe(0);
});

test("cancel ends a long run within one step", async () => {
  const api = await loaded();
  const events: RunEvent[] = [];
  await api.run("a", { ...request, maxTokens: 1000 }, async (event) => {
    events.push(event);
    if (event.type === "step" && event.step === 3) await api.cancel("a");
  });
  expect(events.filter((event) => event.type === "step")).toHaveLength(4);
  expect(events.at(-1)).toMatchObject({ type: "finished", reason: "aborted" });
});

test("cancel ends a run whose page withholds its answer for good", async () => {
  const api = await loaded();
  const events: RunEvent[] = [];
  const running = api.run("a", request, (event) => {
    events.push(event);
    if (event.type === "step") void api.cancel("a");
    return event.type === "started" ? undefined : new Promise<void>(() => undefined);
  });
  await running;
  expect(types(events)).toEqual(["started", "step", "finished"]);
});

test("a page that throws on one event still gets the end", async () => {
  const api = await loaded();
  const seen: string[] = [];
  await expect(
    api.run("a", request, (event) => {
      seen.push(event.type);
      if (event.type === "started") throw new Error("the page broke");
    }),
  ).resolves.toBeUndefined();
  expect(seen.at(-1)).toMatch(/failed|finished/);
  await expect(api.ping()).resolves.toBe(true);
});

test("a change during a run is reported before the next step, and one for another run is not", async () => {
  const api = await loaded();
  const events: RunEvent[] = [];
  await api.run("a", request, async (event) => {
    events.push(event);
    if (event.type === "step" && event.step === 1) {
      await api.change("b", 0, { beta: 9 });
      await api.change("a", 2, { beta: 0.25 });
    }
  });
  expect(types(events)).toEqual(["started", "step", "step", "changed", "step", "step", "finished"]);
  expect(events[3]).toMatchObject({ change: { token: 2, lane: 2, change: { beta: 0.25 } } });
});

test("a run without models, and a second run at once, fail as data", async () => {
  const before: RunEvent[] = [];
  await connect().run("a", request, (event) => void before.push(event));
  expect(before).toMatchObject([{ type: "failed", error: { code: "model-missing" } }]);

  const api = await loaded();
  const second: RunEvent[] = [];
  await api.run("a", request, async (event) => {
    if (event.type === "started") await api.run("b", request, (other) => void second.push(other));
  });
  expect(second).toMatchObject([{ type: "failed", runId: "b", error: { code: "invalid-request" } }]);
});

test("a failed load is data with its code, and loading again disposes what was there", async () => {
  const failing = connect({ open: () => Promise.reject(new RunError("network", "No connection.", { file: "x" })) });
  const options = { baseUrl: "http://localhost/models/", backend: "wasm" } as const;
  await expect(failing.load(options, () => undefined)).resolves.toEqual({
    ok: false,
    error: { code: "network", message: "No connection.", details: { file: "x" } },
  });
  const api = await loaded();
  await api.load(options, () => undefined);
  expect(disposed).toBe(1);
});

test("cancelLoad aborts the load that is going on", async () => {
  const api = connect({
    open: (_options, signal) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(new RunError("aborted", "Loading was cancelled."))),
      ),
  });
  const loading = api.load({ baseUrl: "http://localhost/models/", backend: "wasm" }, () => undefined);
  await api.cancelLoad();
  await expect(loading).resolves.toMatchObject({ ok: false, error: { code: "aborted" } });
});

test("memory is reported with and without models", async () => {
  await expect(connect().memory()).resolves.toEqual({ heapBytes: null, tensors: 0, gpuBytes: null });
  await expect((await loaded()).memory()).resolves.toEqual({ heapBytes: 1, tensors: 0, gpuBytes: null });
});

const sweepRequests = [1, 2, 3].map((seed) => fakeRequest([BASE, GENARM, bestOf(4)], { seed, maxTokens: 6 }));
const withModels = (): Partial<ApiDeps> => ({ open: async () => ({ ...engine, models: fakeModels().models }) });

test("a sweep crosses with what each request ended with, and a page that withholds its answer pauses it", async () => {
  const api = await loaded(withModels());
  const events: SweepEvent[] = [];
  let goOn: () => void = () => undefined;
  const running = api.sweep("s", sweepRequests, (event) => {
    events.push(event);
    const isHeld = event.type === "step" && event.job === 1 && event.step === 2;
    return isHeld ? new Promise<void>((resolve) => (goOn = resolve)) : undefined;
  });
  await expect.poll(() => events.at(-1)).toMatchObject({ type: "step", job: 1, step: 2 });
  await turns(20);
  expect(events.at(-1)).toMatchObject({ type: "step", job: 1, step: 2 });
  goOn();
  await running;
  const ran = events.flatMap((event) => (event.type === "ran" ? [event] : []));
  expect(ran.map((event) => event.job)).toEqual([0, 1, 2]);
  expect(ran[0]?.outcome.samples).toHaveLength(6);
  expect(events.at(-1)).toEqual({ type: "finished", sweepId: "s", reason: "done" });
  expect(events).toEqual(structuredClone(events));
});

test("a sweep ends within one step when cancelled, also while it waits for the page", async () => {
  const api = await loaded(withModels());
  const events: SweepEvent[] = [];
  await api.sweep("s", sweepRequests, (event) => {
    events.push(event);
    if (event.type !== "step" || event.job !== 1) return undefined;
    void api.cancel("s");
    return new Promise<void>(() => undefined);
  });
  expect(events.filter((event) => event.type === "ran").map((event) => event.job)).toEqual([0]);
  expect(events.at(-1)).toEqual({ type: "finished", sweepId: "s", reason: "aborted" });
  await expect(api.ping()).resolves.toBe(true);
});

test("a sweep needs models and runs alone; pools are read without models", async () => {
  const before: SweepEvent[] = [];
  await connect().sweep("s", sweepRequests, (event) => void before.push(event));
  expect(before).toMatchObject([{ type: "failed", sweepId: "s", error: { code: "model-missing" } }]);
  const api = await loaded(withModels());
  const second: RunEvent[] = [];
  await api.sweep("s", sweepRequests, async (event) => {
    if (event.type === "ran" && event.job === 0) await api.run("b", request, (other) => void second.push(other));
  });
  expect(second).toMatchObject([{ type: "failed", error: { code: "invalid-request" } }]);
  const sample = { tokens: [2, 3], logprobSum: -4, klSum: 0 };
  const samples = [0.5, 2].map((joy) => ({ ...sample, rewardMembers: { joy: [joy] } }));
  const reading = { n: 2, weights: { joy: 1 }, rule: { ensemble: "mean", lambda: 0 }, beta: null } as const;
  const choices = await connect().readPools([{ samples, seed: 1 }], [reading, { ...reading, n: 1 }]);
  expect(choices).toMatchObject([
    [
      { chosen: 1, score: 2 },
      { chosen: 0, score: 0.5 },
    ],
  ]);
});
