/** Slow is not dead: only a worker that is silent while no forward is under way is replaced. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ErrorData } from "../../../src/core/errors.ts";
import { Supervisor, type WatchClock } from "../../../src/state/worker/supervisor.ts";
import { FakeApi, fakeLink } from "../fake-api.ts";

const never = new Promise<never>(() => undefined);
const clock: WatchClock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** A worker that answers nothing, and streams when it is told to. */
function silentWorker() {
  const deaths: ErrorData[] = [];
  const api = new FakeApi({ stepMs: 0, loadMs: 0 });
  api.ping = () => never;
  api.cancel = () => never;
  const link = fakeLink(api);
  const supervisor = new Supervisor(
    () => link,
    (error) => void deaths.push(error),
  );
  return { api, link, supervisor, deaths };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a long call", () => {
  test("goes on through a forward of a minute, and through many of them", async () => {
    const { link, supervisor, deaths } = silentWorker();
    let end: (value: string) => void = () => undefined;
    const call = supervisor.callLong(clock, () => new Promise<string>((resolve) => (end = resolve)));
    for (let forward = 0; forward < 5; forward++) {
      link.work(true);
      await vi.advanceTimersByTimeAsync(60_000);
      link.work(false);
      // Between two forwards the worker computes for a moment, and its event loop still does not turn.
      await vi.advanceTimersByTimeAsync(900);
    }
    end("done");
    await expect(call).resolves.toBe("done");
    expect(deaths).toEqual([]);
  });

  test("goes on while short forwards are announced one after another, though nothing is answered", async () => {
    const { link, supervisor, deaths } = silentWorker();
    let end: (value: string) => void = () => undefined;
    const call = supervisor.callLong(clock, () => new Promise<string>((resolve) => (end = resolve)));
    for (let forward = 0; forward < 60; forward++) {
      link.work(true);
      await vi.advanceTimersByTimeAsync(150);
      link.work(false);
      await vi.advanceTimersByTimeAsync(50);
    }
    end("done");
    await expect(call).resolves.toBe("done");
    expect(deaths).toEqual([]);
  });

  test("ends when the worker falls silent while no forward is under way", async () => {
    const { link, supervisor, deaths } = silentWorker();
    const call = supervisor.callLong(clock, () => never);
    const failure = call.catch((error: unknown) => error);
    link.work(true);
    await vi.advanceTimersByTimeAsync(30_000);
    link.work(false);
    expect(deaths).toEqual([]);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(await failure).toMatchObject({ code: "worker-crashed" });
    expect(deaths.map(({ code }) => code)).toEqual(["worker-crashed"]);
  });

  test("is asked nothing while events come", async () => {
    const { api, supervisor, deaths } = silentWorker();
    const asked = vi.fn<() => Promise<true>>(() => never);
    api.ping = asked;
    let end: (value: string) => void = () => undefined;
    const call = supervisor.callLong(clock, async (_, heard) => {
      const timer = setInterval(heard, 500);
      const value = await new Promise<string>((resolve) => (end = resolve));
      clearInterval(timer);
      return value;
    });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asked).not.toHaveBeenCalled();
    end("done");
    await call;
    expect(deaths).toEqual([]);
  });

  test("of a worker that ended with an error fails at once, also in the middle of a forward", async () => {
    const { link, supervisor, deaths } = silentWorker();
    const call = supervisor.callLong(clock, () => never);
    const failure = call.catch((error: unknown) => error);
    link.work(true);
    link.crash({ code: "worker-crashed", message: "boom", details: {} });
    expect(await failure).toMatchObject({ code: "worker-crashed", message: "boom" });
    expect(deaths).toHaveLength(1);
  });
});

describe("a worker that is asked to stop", () => {
  test("may first finish the forward that is under way", async () => {
    const { api, link, supervisor, deaths } = silentWorker();
    let answer: () => void = () => undefined;
    api.cancel = () => new Promise<void>((resolve) => (answer = resolve));
    void supervisor.callLong(clock, () => never).catch(() => undefined);
    link.work(true);
    const stopped = supervisor.askToStop((own) => own.cancel("run"));
    await vi.advanceTimersByTimeAsync(40_000);
    expect(deaths).toEqual([]);
    link.work(false);
    answer();
    await stopped;
    expect(deaths).toEqual([]);
  });

  test("is replaced where it is not at work and does not answer", async () => {
    const { supervisor, deaths } = silentWorker();
    void supervisor.call(() => never).catch(() => undefined);
    const stopped = supervisor.askToStop((own) => own.cancel("run"));
    await vi.advanceTimersByTimeAsync(2100);
    await stopped;
    expect(deaths.map(({ message }) => message)).toEqual(["the worker did not stop when asked"]);
  });
});

test.each(["device-lost", "out-of-memory", "worker-crashed"] as const)(
  "%s leaves the worker of no use, other failures do not",
  (code) => {
    const { supervisor, deaths } = silentWorker();
    void supervisor.call(() => never).catch(() => undefined);
    supervisor.killIfFatal({ code: "invalid-request", message: "", details: {} });
    expect(deaths).toEqual([]);
    supervisor.killIfFatal({ code, message: "gone", details: {} });
    expect(deaths.map((death) => death.code)).toEqual([code]);
  },
);
