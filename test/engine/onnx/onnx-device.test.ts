/** Which device is taken, what is said about it, and what the self-check and the bounds refuse. */
import { describe, expect, test } from "vitest";
import { RunError, type ErrorCode } from "../../../src/core/errors.ts";
import type { Backend, DeviceReport } from "../../../src/core/types.ts";
import { openOnDevice, type Starters } from "../../../src/engine/bundle/device.ts";
import type { AdapterFacts } from "../../../src/engine/onnx/webgpu/adapter.ts";
import { Fifo } from "../../../src/engine/onnx/fifo.ts";
import { OnnxCausalModel } from "../../../src/engine/onnx/causal.ts";
import type { DeviceRows, Runtime, Session } from "../../../src/engine/onnx/runtime.ts";
import { asRunError } from "../../../src/engine/onnx/runtime-errors.ts";
import { turns } from "../../turns.ts";

let disposed: Backend[] = [];

function runtime(backend: Backend): Runtime {
  return {
    backend,
    adapter: backend,
    isSoftware: false,
    threads: 1,
    createSession: () => Promise.reject(new Error("not asked for here")),
    memory: () => ({ heapBytes: null, tensors: 0, gpuBytes: null }),
    dispose: async () => void disposed.push(backend),
  };
}

function starters(adapter: AdapterFacts | null): Starters {
  return { findAdapter: async () => adapter, webgpu: async () => runtime("webgpu"), wasm: async () => runtime("wasm") };
}

const card: AdapterFacts = { name: "a card", isSoftware: false, hasF16: true, maxBufferBytes: 2 ** 31 };
const report = async (_: Runtime, device: DeviceReport): Promise<DeviceReport> => device;

describe("auto", () => {
  test("takes a real card without further words", async () => {
    const device = await openOnDevice("auto", starters(card), report);
    expect(device).toMatchObject({ backend: "webgpu", fallbackReason: null });
  });

  test.each([
    ["no adapter", null, /no WebGPU/],
    ["an imitated card", { ...card, name: "SwiftShader", isSoftware: true }, /SwiftShader only imitates/],
  ])("goes to WebAssembly with %s and says why", async (_, adapter, reason) => {
    const device = await openOnDevice("auto", starters(adapter), report);
    expect(device.backend).toBe("wasm");
    expect(device.fallbackReason).toMatch(reason);
  });

  const failingOnGpu = (code: ErrorCode) => async (started: Runtime, device: DeviceReport) => {
    if (started.backend === "webgpu") throw new RunError(code, "It went wrong.");
    return device;
  };

  test("leaves a card that computes wrongly, frees it, and says why", async () => {
    disposed = [];
    const device = await openOnDevice("auto", starters(card), failingOnGpu("self-check-failed"));
    expect(device.backend).toBe("wasm");
    expect(device.fallbackReason).toContain("It went wrong.");
    expect(disposed).toEqual(["webgpu"]);
  });

  test.each(["aborted", "model-corrupt", "network"] as const)("does not try again after %s", async (code) => {
    await expect(openOnDevice("auto", starters(card), failingOnGpu(code))).rejects.toMatchObject({ code });
  });
});

test("a wished backend that is not there is an error, not a fallback", async () => {
  await expect(openOnDevice("webgpu", starters(null), report)).rejects.toMatchObject({ code: "webgpu-unavailable" });
  await expect(openOnDevice("cpu", starters(card), report)).rejects.toMatchObject({ code: "invalid-request" });
});

test("a job that fails rejects its own caller and nobody after it", async () => {
  const fifo = new Fifo();
  const order: number[] = [];
  const jobs = [1, 2, 3].map((job) =>
    fifo.run(async () => {
      // The first takes longest: side by side they would end the other way round.
      await turns(5 - job);
      order.push(job);
      if (job === 2) throw new Error("job 2");
      return job;
    }),
  );
  const results = await Promise.allSettled(jobs);
  expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(order).toEqual([1, 2, 3]);
});

test.each<[string, ErrorCode]>([
  ["std::bad_alloc", "out-of-memory"],
  ["The device is lost", "device-lost"],
  ["memory access out of bounds", "worker-crashed"],
  ["Non-zero status code returned", "internal"],
])("%s becomes %s", (message, code) => {
  expect(asRunError(new Error(message), "testing").code).toBe(code);
});

describe("numbers that are none", () => {
  /** A graph of 4 tokens whose logits are all `value`. */
  function sessionOf(value: number): Session {
    const rows: DeviceRows = {
      rows: 1,
      capacity: 128,
      forward: async ({ into }) => void into.fill(value),
      keep: () => undefined,
      spread: () => undefined,
      dispose: () => undefined,
    };
    return { inputs: new Map(), outputs: new Map(), shape: [4], open: () => rows, dispose: async () => undefined };
  }

  test.each([NaN, Infinity])("%s in the logits stops the run", async (value) => {
    const model = new OnnxCausalModel({ id: "policy", vocabSize: 4, context: 8 }, sessionOf(value));
    await expect(model.open([[1]])).rejects.toMatchObject({ code: "non-finite-logits", details: { model: "policy" } });
  });
});
