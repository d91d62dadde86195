/**
 * `npm run -s eval -- --prompts F.jsonl --request R.json --out O.json [--device cpu|wasm|webgpu] [--models FOLDER | --policy FOLDER|FILE.gguf]`
 *
 * Decodes every prompt with every lane and seed on the engine of the page. "cpu" is onnxruntime-node, "wasm" the page's
 * WebAssembly in Node, "webgpu" the page's worker in headless Chromium. --policy writes with a model from elsewhere, such as
 * one that get-model has put into models/, in Node. Progress on stderr, a table on stdout.
 */
import { BUNDLE, openBundle } from "../src/engine/bundle/assemble.ts";
import { decode } from "../src/engine/decode/loop.ts";
import { openOnDevice } from "../src/engine/bundle/device.ts";
import type { Models } from "../src/engine/interfaces.ts";
import type { Runtime } from "../src/engine/onnx/runtime.ts";
import type { DeviceReport, ModelRef, RunEvent } from "../src/core/types.ts";
import { readPrompts, readRequest, type EvalRequest, type Prompt } from "./eval/input.ts";
import { isFailed, runAll, type EvalRun, type FailedRun, type RunOnce } from "./eval/runs.ts";
import { summarise, table, type SummaryRow } from "./eval/summary.ts";
import { BadInput, BUNDLED, readDevice, readOptions, runCommand, startRuntime, type DeviceName } from "./node/cli.ts";
import { diskFiles } from "./node/disk-files.ts";
import { openPolicy } from "./node/open-policy.ts";
import { OutFile } from "./node/out-file.ts";
import { openLab } from "./lab/open.ts";

/** Results are written at most this often while the work goes on. */
const WRITE_MS = 2000;

interface Place {
  readonly device: DeviceReport;
  readonly models: readonly ModelRef[];
  readonly runOnce: RunOnce;
  readonly close: () => Promise<void>;
}

/** What writes: the bundle in a folder, or a policy from elsewhere. */
interface Wanted {
  readonly folder: string;
  readonly policy: string | null;
}

async function openModels(runtime: Runtime, report: DeviceReport, { folder, policy }: Wanted): Promise<Models> {
  if (policy !== null) return openPolicy(policy, runtime, report);
  const signal = new AbortController().signal;
  const opened = await openBundle(runtime, report, diskFiles(folder), { ids: BUNDLE, signal, onProgress: () => {} });
  return opened.models;
}

async function openInNode(device: Exclude<DeviceName, "webgpu">, wanted: Wanted): Promise<Place> {
  const starters = { findAdapter: async () => null, [device]: () => startRuntime(device) };
  return openOnDevice(device, starters, async (runtime, report) => {
    const signal = new AbortController().signal;
    const models = await openModels(runtime, report, wanted);
    const control = { signal, now: () => performance.now(), turn: () => Promise.resolve(), takeChanges: () => [] };
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
  if (device !== "webgpu") return openInNode(device, wanted);
  if (wanted.policy === null) return openInBrowser(wanted.folder);
  throw new BadInput("--device webgpu: --policy opens a model in Node; choose cpu or wasm");
}

async function evaluate(
  prompts: readonly Prompt[],
  request: EvalRequest,
  out: OutFile,
  { models, device, runOnce, close }: Place,
): Promise<void> {
  const lanes = request.lanes.map((lane) => lane.name);
  const summaryOf = (runs: readonly (EvalRun | FailedRun)[]): SummaryRow[] =>
    summarise(
      lanes,
      runs.filter((run): run is EvalRun => !isFailed(run)),
    );
  const contents = (runs: readonly (EvalRun | FailedRun)[], summary: readonly SummaryRow[]): object => {
    return { version: 1, request: request.raw, models, device, runs, summary };
  };
  // A long list is written now and then, not after each prompt: a file of results grows with every one.
  let due = 0;
  try {
    const runs = await runAll(
      prompts,
      request,
      runOnce,
      (done, total) => void process.stderr.write(`\r${done} of ${total} runs`),
      (some) => {
        if (performance.now() < due) return;
        // A full disk may have room again at the end, and nothing decoded is given up before.
        if (!out.tryWrite(contents(some, summaryOf(some)))) console.error("\nthe results cannot be written just now");
        due = performance.now() + WRITE_MS;
      },
    );
    process.stderr.write("\n");
    const summary = summaryOf(runs);
    console.log(table(lanes, summary));
    const failed = runs.filter(isFailed);
    for (const { promptId, lane, error } of failed.slice(0, 10)) {
      console.error(`prompt ${promptId}, lane ${lane}: ${error.message}`);
    }
    if (failed.length > 0)
      console.error(`${failed.length} of ${runs.length} runs failed; the results give the error in their place`);
    if (failed.length === runs.length) process.exitCode = 1;
    out.write(contents(runs, summary));
  } finally {
    await close();
  }
}

await runCommand("eval", async () => {
  const options = readOptions(["prompts", "request", "out"], ["device", "models", "policy"]);
  const device = readDevice(options.device);
  const prompts = readPrompts(options.prompts);
  const request = readRequest(options.request);
  const out = new OutFile(options.out);
  try {
    await evaluate(
      prompts,
      request,
      out,
      await openPlace(device, { folder: options.models ?? BUNDLED, policy: options.policy ?? null }),
    );
  } finally {
    out.close();
  }
});
