/**
 * `npm run -s eval -- --prompts F.jsonl --request R.json --out O.json [--device cpu|wasm|webgpu] [--models FOLDER]`
 *
 * Decodes every prompt with every lane and seed on the engine of the page. "cpu" is onnxruntime-node, "wasm" the page's
 * WebAssembly in Node, "webgpu" the page's worker in headless Chromium. Progress on stderr, a table on stdout.
 */
import { writeFileSync } from "node:fs";
import { BUNDLE, openBundle } from "../src/engine/bundle/assemble.ts";
import { decode } from "../src/engine/decode/loop.ts";
import { openOnDevice } from "../src/engine/bundle/device.ts";
import type { DeviceReport, ModelRef, RunEvent } from "../src/core/types.ts";
import { readPrompts, readRequest } from "./eval/input.ts";
import { runAll, type RunOnce } from "./eval/runs.ts";
import { summarise, table } from "./eval/summary.ts";
import { BadInput, BUNDLED, readDevice, readOptions, runCommand, startRuntime, type DeviceName } from "./node/cli.ts";
import { diskFiles } from "./node/disk-files.ts";
import { openLab } from "./lab/open.ts";

interface Place {
  readonly device: DeviceReport;
  readonly models: readonly ModelRef[];
  readonly runOnce: RunOnce;
  close(): Promise<void>;
}

async function openInNode(device: Exclude<DeviceName, "webgpu">, folder: string): Promise<Place> {
  const starters = { findAdapter: async () => null, [device]: () => startRuntime(device) };
  return openOnDevice(device, starters, async (runtime, report) => {
    const signal = new AbortController().signal;
    const { models } = await openBundle(runtime, report, diskFiles(folder), {
      ids: BUNDLE,
      signal,
      onProgress: () => {},
    });
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

function writeJson(file: string, value: unknown): void {
  try {
    writeFileSync(file, `${JSON.stringify(value, null, 1)}\n`);
  } catch (error) {
    throw new BadInput(`${file}: cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

await runCommand("eval", async () => {
  const options = readOptions(["prompts", "request", "out"], ["device", "models"]);
  const device = readDevice(options.device);
  const prompts = readPrompts(options.prompts);
  const request = readRequest(options.request);
  const folder = options.models ?? BUNDLED;
  const place = await (device === "webgpu" ? openInBrowser(folder) : openInNode(device, folder));
  try {
    const runs = await runAll(prompts, request, place.runOnce, (done, total) => {
      process.stderr.write(`\r${done} of ${total} runs`);
    });
    process.stderr.write("\n");
    const lanes = request.lanes.map((lane) => lane.name);
    const summary = summarise(lanes, runs);
    const { models, device: report } = place;
    writeJson(options.out, { version: 1, request: request.raw, models, device: report, runs, summary });
    console.log(table(lanes, summary));
  } finally {
    await place.close();
  }
});
