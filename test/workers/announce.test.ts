/** Long forwards are announced before they block; short ones cost no message. */
import { expect, test } from "vitest";
import type { DeviceRows, Forward, Runtime, Session } from "../../src/engine/onnx/runtime.ts";
import { announced } from "../../workers/announce.ts";

const GRAPH = { output: "logits", each: "position", cache: null } as const;

/** A runtime on a clock of its own: each token of a forward takes `msPerToken`. */
function slowRuntime(msPerToken: number) {
  let time = 0;
  const log: string[] = [];
  const rows: DeviceRows = {
    rows: 1,
    capacity: 8,
    forward: async (call) => {
      log.push(`forward of ${call.rows * call.columns}`);
      if (call.columns === 13) throw new Error("bad luck");
      time += msPerToken * call.rows * call.columns;
    },
    keep: () => undefined,
    spread: () => undefined,
    dispose: () => undefined,
  };
  const session: Session = {
    inputs: new Map(),
    outputs: new Map(),
    shape: [1],
    open: () => rows,
    dispose: () => Promise.resolve(),
  };
  const runtime: Runtime = {
    backend: "wasm",
    adapter: "",
    isSoftware: false,
    threads: 1,
    createSession: () => {
      log.push("open");
      return Promise.resolve(session);
    },
    memory: () => ({ heapBytes: null, tensors: 0, gpuBytes: null }),
    dispose: () => Promise.resolve(),
  };
  const announcer = {
    now: () => time,
    post: ({ isBusy }: { isBusy: boolean }) => void log.push(isBusy ? "busy" : "free"),
  };
  return { runtime: announced(runtime, announcer), log };
}

const call = (columns: number): Forward => {
  const ids = new Int32Array(columns);
  return { rows: 1, columns, total: columns, ids, lengths: [columns], picks: [], into: new Float32Array(0) };
};

test("opening a model and the first forward of it are announced, for nobody knows how long they take", async () => {
  const { runtime, log } = slowRuntime(1);
  const rows = (await runtime.createSession(new Uint8Array(0), GRAPH)).open(1, 8);
  await rows.forward(call(4));
  expect(log).toEqual(["busy", "open", "free", "busy", "forward of 4", "free"]);
});

test("later forwards are announced where their size says that they are long", async () => {
  const { runtime, log } = slowRuntime(1);
  const rows = (await runtime.createSession(new Uint8Array(0), GRAPH)).open(1, 8);
  await rows.forward(call(1));
  log.length = 0;
  for (const columns of [1, 50, 400, 1]) await rows.forward(call(columns));
  expect(log).toEqual(["forward of 1", "forward of 50", "busy", "forward of 400", "free", "forward of 1"]);
});

test("a forward that fails is over all the same", async () => {
  const { runtime, log } = slowRuntime(100);
  const rows = (await runtime.createSession(new Uint8Array(0), GRAPH)).open(1, 8);
  await expect(rows.forward(call(13))).rejects.toThrow("bad luck");
  expect(log.at(-1)).toBe("free");
});

test("a session is opened with all that was asked for", async () => {
  const { runtime } = slowRuntime(1);
  const asked: unknown[] = [];
  const inner: Runtime = {
    ...runtime,
    createSession: (...wanted) => {
      asked.push(...wanted);
      return runtime.createSession(...wanted);
    },
  };
  const announcer = { now: () => 0, post: () => undefined };
  const wanted = [new Uint8Array(3), GRAPH, [{ path: "weights", bytes: new Uint8Array(8) }], 4096] as const;
  await announced(inner, announcer).createSession(...wanted);
  expect(asked).toEqual([...wanted]);
});
