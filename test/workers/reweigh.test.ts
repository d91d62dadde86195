/** Re-weighting over a real MessageChannel, with the real loop on table models: what the page may rely on. */
import { expose, proxy, releaseProxy, wrap } from "comlink";
import { afterEach, describe, expect, test } from "vitest";
import type { RecordedRun, ReweighedLane, ReweighedStep, ReweighedSteps } from "../../src/core/reweighing.ts";
import type { LaneRequest, RowStep, RunEvent, RunRequest } from "../../src/core/types.ts";
import { decode } from "../../src/engine/decode/loop.ts";
import { sweep } from "../../src/engine/decode/sweep.ts";
import { createApi } from "../../workers/api.ts";
import type { ReweighAsk, TillerApi } from "../../workers/protocol.ts";
import { bestOf, eventsOf, fakeModels, GENARM, lane, request, VAS, type Fakes } from "../fakes.ts";

/** What these tests ask of the worker. */
type Asked = Pick<TillerApi, "load" | "run" | "reweigh" | "remember" | "judge" | "ping">;
type Answer = ReweighedStep | ReweighedLane;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** `now` ticks a portion at each look, so that every step lets messages in. */
async function connected(fakes: Fakes = fakeModels()): Promise<Asked> {
  const { port1, port2 } = new MessageChannel();
  let clock = 0;
  const { models } = fakes;
  const report = { device: models.device, models: [], objectives: [], context: 256 };
  const memory = () => ({ heapBytes: 1, tensors: 0, gpuBytes: null });
  const engine = { models, report, memory, dispose: () => Promise.resolve() };
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5)));
  const api = createApi({ open: async () => engine, decode, sweep, now: () => (clock += 20), sleep });
  expose(api, port1);
  const remote = wrap<TillerApi>(port2);
  closers.push(() => {
    remote[releaseProxy]();
    port1.close();
    port2.close();
  });
  await remote.load(
    { baseUrl: "http://localhost/models/", backend: "auto" },
    proxy(() => undefined),
  );
  return {
    load: (options, onProgress) => remote.load(options, proxy(onProgress)),
    run: (runId, wanted, emit) => remote.run(runId, wanted, proxy(emit)),
    reweigh: (ask, emit) => remote.reweigh(ask, proxy(emit)),
    remember: (run) => remote.remember(run),
    judge: (kind, texts) => remote.judge(kind, texts),
    ping: () => remote.ping(),
  };
}

const LANES = [GENARM, VAS, bestOf(3), lane({ id: "base" })];

async function ran(api: Asked, wanted: RunRequest, runId = "a"): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  await api.run(runId, wanted, (event) => void events.push(event));
  expect(events.at(-1)?.type).toBe("finished");
  return events;
}

/** The run as the page tells of it: what a trace has. */
function recorded(events: readonly RunEvent[], runId: string): RecordedRun {
  const { request: wanted } = eventsOf(events, "started")[0]!;
  const rows = eventsOf(events, "step").flatMap((event) => event.rows);
  const lanes = wanted.lanes.map(({ strategy }, index) => ({
    lane: index,
    steps: rows.filter((row) => row.lane === index && row.sample === 0),
    strategies: [{ token: 0, strategy }],
  }));
  const samples = eventsOf(events, "sample").map((event) => event.result);
  return { runId, request: wanted, lanes, samples, results: eventsOf(events, "finished")[0]!.lanes };
}

function target(index: number, { strategy, sampling }: LaneRequest) {
  return { lane: index, strategy, sampling };
}

const weaker = (own: LaneRequest): LaneRequest => ({
  ...own,
  strategy: own.strategy.id === "base" ? own.strategy : { ...own.strategy, beta: 2 * own.strategy.beta },
});

async function asked(
  api: Asked,
  ask: Parameters<TillerApi["reweigh"]>[0],
): Promise<{ answers: Answer[]; end: string }> {
  const answers: Answer[] = [];
  const end = await api.reweigh(ask, (answer) => void answers.push(answer));
  // Answers are not waited for by the worker; they lie before its end on the same channel.
  await api.ping();
  return { answers, end: end.ok ? end.value : end.error.code };
}

function withoutTop(row: RowStep): RowStep {
  const { top: _, ...step } = row;
  return step;
}

const stepsOf = (answers: readonly Answer[]): ReweighedSteps[] =>
  answers.filter((answer): answer is ReweighedSteps => answer.type === "steps");

describe("a run whose scores are in memory", () => {
  test("answers the step in view first, then its lane, then the others, and survives the crossing", async () => {
    const api = await connected();
    await ran(api, request(LANES, { maxTokens: 6 }));
    const targets = [target(0, weaker(GENARM)), target(1, weaker(VAS))];
    const { answers, end } = await asked(api, { runId: "a", scope: "all", targets, view: { lane: 1, position: 2 } });
    expect(end).toBe("done");
    expect(answers.map(({ type, lane: index }) => `${type} ${index}`)).toEqual(["step 1", "steps 1", "steps 0"]);
    expect(answers[0]).toMatchObject({ step: { position: 2, top: { ids: expect.any(Array) } } });
    expect(stepsOf(answers).every((answer) => answer.steps.every((step) => step.top === undefined))).toBe(true);
    expect(stepsOf(answers)[0]?.exactness).toEqual({ type: "exact", filled: [] });
  });

  test("says exactly what ran when asked with the run's own weights", async () => {
    const api = await connected();
    const events = await ran(api, request(LANES, { maxTokens: 8 }));
    const { answers } = await asked(api, {
      runId: "a",
      scope: "all",
      targets: LANES.map((own, i) => target(i, own)),
      view: null,
    });
    const rows = eventsOf(events, "step").flatMap((event) => event.rows);
    for (const { lane: index, steps, change, klSum } of stepsOf(answers)) {
      const before = rows.filter((row) => row.lane === index).map(withoutTop);
      expect(steps).toEqual(before);
      expect(change).toBeNull();
      expect(klSum).toBeCloseTo(
        before.reduce((sum, step) => sum + step.kl, 0),
        9,
      );
    }
    const choice = answers.find((answer) => answer.type === "choice");
    expect(choice).toEqual({ type: "choice", lane: 2, result: eventsOf(events, "finished")[0]!.lanes[2] });
    expect(stepsOf(answers)).toHaveLength(2);
  });

  test("ranks best-of-N anew from the stored rewards, without a forward", async () => {
    const fakes = fakeModels();
    const api = await connected(fakes);
    await ran(api, request([bestOf(8)], { maxTokens: 6 }));
    const before = [...fakes.usage.values()].map((usage) => usage.forwards.length);
    const { answers } = await asked(api, {
      runId: "a",
      scope: "all",
      targets: [target(0, bestOf(8, { detail: 1 }))],
      view: null,
    });
    const fresh = await ran(await connected(), request([bestOf(8, { detail: 1 })], { maxTokens: 6 }));
    const { forwards: _, ms: __, ...expected } = eventsOf(fresh, "finished")[0]!.lanes[0]!;
    expect(answers).toEqual([{ type: "choice", lane: 0, result: expect.objectContaining(expected) }]);
    expect([...fakes.usage.values()].map((usage) => usage.forwards.length)).toEqual(before);
  });

  test("a newer question ends an older one", async () => {
    const api = await connected();
    await ran(api, request([GENARM, VAS], { maxTokens: 40, suppressEnd: true }));
    const ask: ReweighAsk = {
      runId: "a",
      scope: "all",
      targets: [target(0, weaker(GENARM)), target(1, weaker(VAS))],
      view: null,
    };
    const answers: Answer[] = [];
    const old = api.reweigh(ask, (answer) => void answers.push(answer));
    const middle = api.reweigh(ask, (answer) => void answers.push(answer));
    const newest = await asked(api, ask);
    expect(await Promise.all([old, middle])).toEqual([
      { ok: true, value: "superseded" },
      { ok: true, value: "superseded" },
    ]);
    expect(newest.end).toBe("done");
    expect(stepsOf(newest.answers)).toHaveLength(2);
    expect(answers).toEqual([]);
  });

  test("the step in view alone is answered beside a longer question", async () => {
    const api = await connected();
    await ran(api, request([GENARM], { maxTokens: 40, suppressEnd: true }));
    const targets = [target(0, weaker(GENARM))];
    const long = asked(api, { runId: "a", scope: "all", targets, view: null });
    const { answers, end } = await asked(api, { runId: "a", scope: "view", targets, view: { lane: 0, position: 5 } });
    expect(end).toBe("done");
    expect(answers).toMatchObject([{ type: "step", lane: 0, step: { position: 5 } }]);
    expect((await long).end).toBe("done");
  });

  test("a source that was off is read in one forward for the lane, and named", async () => {
    const fakes = fakeModels();
    const api = await connected(fakes);
    await ran(api, request([GENARM], { maxTokens: 12 }));
    const joint = lane({ id: "genarm", beta: 0.5, weights: { joy: 1, detail: 1 } });
    const ask: ReweighAsk = { runId: "a", scope: "all", targets: [target(0, joint)], view: null };
    for (let time = 0; time < 2; time++) {
      const { answers } = await asked(api, ask);
      expect(stepsOf(answers)[0]?.exactness).toEqual({ type: "exact", filled: ["detail"] });
    }
    expect(fakes.usage.get("arm-detail")!.forwards).toEqual([1]);
  });

  test("other models make an end of it", async () => {
    const api = await connected();
    await ran(api, request([GENARM], { maxTokens: 4 }));
    await api.load({ baseUrl: "http://localhost/models/", backend: "auto" }, () => undefined);
    const { end } = await asked(api, { runId: "a", scope: "all", targets: [target(0, weaker(GENARM))], view: null });
    expect(end).toBe("unknown");
  });
});

describe("a run that was not decoded here", () => {
  test("is unknown until the page tells of it, and then re-weighed within its bound", async () => {
    const events = await ran(await connected(), request(LANES, { maxTokens: 6 }));
    const api = await connected();
    const ask: ReweighAsk = {
      runId: "old",
      scope: "all",
      targets: [target(0, weaker(GENARM)), target(2, bestOf(3, { detail: 1 }))],
      view: null,
    };
    expect((await asked(api, ask)).end).toBe("unknown");
    await api.remember(recorded(events, "old"));
    const { answers, end } = await asked(api, ask);
    expect(end).toBe("done");
    expect(stepsOf(answers)[0]?.exactness).toMatchObject({ type: "bounded", absent: [] });
    expect(answers.some((answer) => answer.type === "choice")).toBe(true);
  });
});

describe("the judge of unfinished texts", () => {
  test("answers for all texts in one forward, with the objectives of the kind alone", async () => {
    const fakes = fakeModels();
    const api = await connected(fakes);
    const answer = await api.judge("advice", [
      [0, 5, 6],
      [0, 5],
    ]);
    expect(fakes.usage.get("judge")!.forwards).toEqual([2]);
    expect(answer).toMatchObject({
      ok: true,
      value: [{ helpful: expect.any(Number) }, { cautious: expect.any(Number) }],
    });
    expect(answer.ok && Object.keys(answer.value[0]!)).toEqual(["helpful", "cautious"]);
  });
});
