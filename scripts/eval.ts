/**
 * `npm run -s eval -- --prompts F.jsonl --request R.json --out O.json [--device cpu|wasm|webgpu] [--models FOLDER | --policy PLACE]`
 *
 * Decodes every prompt with every lane and seed on the engine of the page. "cpu" is onnxruntime-node, "wasm" the page's
 * WebAssembly in Node, "webgpu" the page's worker in headless Chromium. --policy writes with a model from elsewhere, in Node:
 * PLACE is a folder such as one that get-model has put into models/, a file that ends in .gguf, or an id of the Hub.
 * Progress on stderr, a table on stdout. Results are written as runs end, and say so while some are missing.
 */
import type { NamedHead } from "../src/core/heads/head-file.ts";
import { withHeads } from "../src/engine/heads/loaded-head.ts";
import { BUNDLE, openBundle } from "../src/engine/bundle/assemble.ts";
import { decode } from "../src/engine/decode/loop.ts";
import { openOnDevice } from "../src/engine/bundle/device.ts";
import type { Models } from "../src/engine/interfaces.ts";
import type { Runtime } from "../src/engine/onnx/runtime.ts";
import type { DeviceReport, RunEvent } from "../src/core/types.ts";
import { evaluate, type Place } from "./eval/evaluate.ts";
import { readPrompts, readRequest } from "./eval/input.ts";
import type { RunOnce } from "./eval/runs.ts";
import { BadInput, BUNDLED, readDevice, readOptions, runCommand, startRuntime, type DeviceName } from "./node/cli.ts";
import { diskFiles } from "./node/disk-files.ts";
import { openPolicy } from "./node/open-policy.ts";
import { downloadLine } from "./node/progress-line.ts";
import { OutFile } from "./node/out-file.ts";
import { openLab } from "./lab/open.ts";

/** What writes: the bundle in a folder, or a policy from elsewhere. */
interface Wanted {
  readonly folder: string;
  readonly policy: string | null;
  readonly heads: readonly NamedHead[];
}

async function openModels(runtime: Runtime, report: DeviceReport, { folder, policy, heads }: Wanted): Promise<Models> {
  if (policy !== null) {
    const models = await openPolicy(policy, runtime, report, { onDownload: downloadLine() });
    return heads.length === 0 ? models : withHeads(models, heads);
  }
  const signal = new AbortController().signal;
  const opened = await openBundle(runtime, report, diskFiles(folder), { ids: BUNDLE, signal, onProgress: () => {} });
  return opened.models;
}

async function openInNode(device: Exclude<DeviceName, "webgpu">, wanted: Wanted): Promise<Place> {
  const starters = { findAdapter: async () => null, [device]: () => startRuntime(device) };
  return openOnDevice(device, starters, async (runtime, report) => {
    const signal = new AbortController().signal;
    const models = await openModels(runtime, report, wanted);
    // A real turn of the event loop, without which Ctrl-C would wait for the end of a run.
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const control = { signal, now: () => performance.now(), turn, takeChanges: () => [] };
    const runOnce: RunOnce = async (request) => {
      const events: RunEvent[] = [];
      for await (const event of decode("eval", request, models, control)) {
        if (event.type !== "step") events.push(event);
      }
      return events;
    };
    return { device: report, models: models.refs, runOnce, close: () => runtime.dispose() };
  });
}

async function openInBrowser(folder: string): Promise<Place> {
  const lab = await openLab({ models: folder, gpu: "best" });
  const { device, models } = await lab.load("webgpu");
  const refs = models.map(({ id, sha256 }) => ({ id, sha256 }));
  return { device, models: refs, runOnce: (request) => lab.run(request), close: () => lab.close() };
}

function openPlace(device: DeviceName, wanted: Wanted): Promise<Place> {
  if (wanted.heads.length > 0 && wanted.policy === null) {
    throw new BadInput("heads: they read the states of a GGUF model; name one with --policy");
  }
  if (device !== "webgpu") return openInNode(device, wanted);
  if (wanted.policy === null) return openInBrowser(wanted.folder);
  throw new BadInput("--device webgpu: --policy opens a model in Node; choose cpu or wasm");
}

await runCommand("eval", async () => {
  const options = readOptions(["prompts", "request", "out"], ["device", "models", "policy"]);
  const device = readDevice(options.device);
  const prompts = readPrompts(options.prompts);
  const request = readRequest(options.request);
  const out = new OutFile(options.out);
  try {
    const { heads } = request;
    const wanted = { folder: options.models ?? BUNDLED, policy: options.policy ?? null, heads };
    await evaluate(prompts, request, out, await openPlace(device, wanted));
  } finally {
    out.close();
  }
});
