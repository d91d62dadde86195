import { describe, expect, test, vi } from "vitest";
import { Run, type Clock } from "../../../src/state/run/run.svelte.ts";
import { defaultSettings } from "../../../src/state/settings/settings-data.ts";
import { Supervisor } from "../../../src/state/worker/supervisor.ts";
import { toRequest } from "../../../src/state/settings/to-request.ts";
import { shownSample } from "../../../src/state/run/view.ts";
import type { TillerApi } from "../../../workers/protocol.ts";
import { FakeApi, fakeLink, fakeTrace } from "../fake-api.ts";
import { turns } from "../../turns.ts";

const clock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  onFrame: (draw) => draw(),
};
const request = toRequest({ ...defaultSettings(), maxTokens: 8, n: 2 });
const ids = ["a", "b", "c", "d"];

function runOver(api: TillerApi) {
  const deaths: string[] = [];
  const link = fakeLink(api);
  const supervisor = new Supervisor(
    () => link,
    (error) => deaths.push(error.code),
  );
  let next = 0;
  return { run: new Run(supervisor, clock, () => `run-${next++}`), deaths, link };
}
const lengths = (run: Run): number[] => run.view.lanes.map((lane) => shownSample(lane).steps.length);

describe("a live run", () => {
  test("goes from started to finished and fills every lane", async () => {
    const { run } = runOver(new FakeApi({ stepMs: 0, loadMs: 0 }));
    await run.start(request, ids, false);
    expect(run.view.phase).toBe("finished");
    expect(lengths(run)).toEqual([8, 8, 8, 8]);
  });

  test("started paused it shows one token and waits, a step adds one, going on ends it", async () => {
    const { run } = runOver(new FakeApi({ stepMs: 0, loadMs: 0 }));
    const over = run.start(request, ids, true);
    await turns();
    expect(lengths(run)).toEqual([1, 1, 1, 1]);
    run.step();
    await turns();
    expect(lengths(run)).toEqual([2, 2, 2, 2]);
    run.resume();
    await over;
    expect(run.view.phase).toBe("finished");
    expect(run.isPaused).toBe(false);
  });

  test("stop ends it, also while it is paused, and keeps the text", async () => {
    const { run, deaths } = runOver(new FakeApi({ stepMs: 0, loadMs: 0 }));
    const over = run.start(request, ids, true);
    await turns();
    await run.stop();
    await over;
    expect(run.view.phase).toBe("stopped");
    expect(lengths(run)).toEqual([1, 1, 1, 1]);
    expect(deaths).toEqual([]);
  });

  test("a moved slider is marked in its lane", async () => {
    const { run } = runOver(new FakeApi({ stepMs: 0, loadMs: 0 }));
    const over = run.start(request, ids, true);
    await turns();
    await run.change(1, { weights: { joy: -1 } });
    expect(run.view.lanes[1]?.marks).toMatchObject([{ token: 1, moved: { weights: { joy: -1 } } }]);
    run.resume();
    await over;
  });

  test("a crashed worker ends the run as failed and keeps its text", async () => {
    const { run, deaths, link } = runOver(new FakeApi({ stepMs: 0, loadMs: 0 }));
    const over = run.start(request, ids, true);
    await turns();
    link.crash({ code: "worker-crashed", message: "boom", details: {} });
    await over;
    expect(run.view.phase).toBe("failed");
    expect(run.view.error?.code).toBe("worker-crashed");
    expect(lengths(run)).toEqual([1, 1, 1, 1]);
    expect(deaths).toEqual(["worker-crashed"]);
  });

  test("a worker that answers neither cancel nor anything else is replaced after two seconds", async () => {
    vi.useFakeTimers();
    try {
      const never = new Promise<never>(() => undefined);
      const api = new FakeApi({ stepMs: 0, loadMs: 0 });
      api.cancel = () => never;
      api.ping = () => never;
      const { run, deaths } = runOver(api);
      const over = run.start(request, ids, true);
      await vi.advanceTimersByTimeAsync(20);
      const stopped = run.stop();
      await vi.advanceTimersByTimeAsync(2500);
      await Promise.all([stopped, over]);
      expect(run.view.phase).toBe("failed");
      expect(deaths).toEqual(["worker-crashed"]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("a worker that fell silent without a word is noticed", async () => {
    vi.useFakeTimers();
    try {
      const never = new Promise<never>(() => undefined);
      const api = new FakeApi({ stepMs: 0, loadMs: 0 });
      api.run = () => never;
      api.ping = () => never;
      const { run, deaths } = runOver(api);
      const over = run.start(request, ids, false);
      await vi.advanceTimersByTimeAsync(6000);
      await over;
      expect(run.view.phase).toBe("failed");
      expect(deaths).toEqual(["worker-crashed"]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("a lost device is reported and the worker replaced", async () => {
    const api = new FakeApi({ stepMs: 0, loadMs: 0 });
    api.run = async (runId, _, emit) =>
      emit({ type: "failed", runId, error: { code: "device-lost", message: "gone", details: {} } });
    const { run, deaths } = runOver(api);
    await run.start(request, ids, false);
    expect(run.view.error?.code).toBe("device-lost");
    expect(deaths).toEqual(["device-lost"]);
  });
});

test("a run that fails before its first token leaves the text that was there, with the error", async () => {
  const api = new FakeApi({ stepMs: 0, loadMs: 0 });
  const { run } = runOver(api);
  await run.start(request, ids, false);
  const before = run.view.lanes;
  api.run = async (runId, _, emit) =>
    emit({ type: "failed", runId, error: { code: "invalid-request", message: "empty", details: {} } });
  await run.start(request, [], false);
  expect(run.view.error?.code).toBe("invalid-request");
  expect(run.view.lanes).toBe(before);
  expect(run.laneIds).toEqual(ids);
});

describe("a recording", () => {
  test("ends in the very view that the live run ended in", async () => {
    const trace = await fakeTrace(request);
    const { run } = runOver(new FakeApi({ stepMs: 0, loadMs: 0 }));
    await run.play(trace, [], true);
    const recorded = run.view;
    await run.start(request, ids, false);
    expect({ ...recorded, runId: "" }).toEqual({ ...run.view, runId: "" });
  });

  test("gives way to a new run at once", async () => {
    const trace = await fakeTrace(request);
    const { run } = runOver(new FakeApi({ stepMs: 0, loadMs: 0 }));
    const playing = run.play(trace, [], false);
    await turns();
    await run.stop();
    expect(run.view.phase).toBe("stopped");
    await run.start(request, ids, false);
    await playing;
    expect(run.source).toBe("live");
    expect(run.view.phase).toBe("finished");
  });
});
